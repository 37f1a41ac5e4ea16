"""Tokens written back into kubeconfigs that people also write."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
import yaml

from nodeview.wire.kubeconfig_writing import save_auth_provider

CONFIG = {"id-token": "old-id", "refresh-token": "old-refresh", "client-id": "nodes"}
VALUES = {"id-token": "new-id", "refresh-token": "new-refresh"}


def document(config: dict[str, str], **more: object) -> dict[str, object]:
    mine = {"name": "anna", "user": {"auth-provider": {"name": "oidc", "config": config}}}
    return {"users": [{"name": "ben", "user": {"token": "bens"}}, mine, {**mine, "user": {}}], **more}


def saved(file: Path) -> object:
    save_auth_provider(file, "anna", VALUES)
    assert [one.name for one in file.parent.iterdir() if one.name != file.name] == []
    assert file.stat().st_mode & 0o777 == 0o600
    return yaml.safe_load(file.read_text())


@pytest.mark.parametrize(
    "config",
    [
        CONFIG,
        {"client-id": "nodes"},
        {**CONFIG, "id-token": ""},
        {**CONFIG, "refresh-token": "old-id"},
        {**CONFIG, "client-id": "old-id-and-more"},
    ],
)
@pytest.mark.parametrize("write", [yaml.safe_dump, json.dumps])
def test_only_the_tokens_change(tmp_path: Path, config: dict[str, str], write: object) -> None:
    assert callable(write)
    (tmp_path / "config").write_text(write(document(config, note="schön: #1")))
    assert saved(tmp_path / "config") == document(config | VALUES, note="schön: #1")
    if write is json.dumps:
        json.loads((tmp_path / "config").read_text())


def test_comments_and_order_stay_where_they_can(tmp_path: Path) -> None:
    text = "# mine\n" + yaml.safe_dump(document(CONFIG)).replace("old-id", "old-id  # short-lived")
    (tmp_path / "config").write_text(text)
    saved(tmp_path / "config")
    assert (tmp_path / "config").read_text() == text.replace("old-id", "new-id").replace("old-ref", "new-ref")


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "config").write_text(yaml.safe_dump(document(CONFIG)))
    (tmp_path / "config").symlink_to(tmp_path / "there" / "config")
    save_auth_provider(tmp_path / "config", "anna", VALUES)
    assert (tmp_path / "config").is_symlink()
    assert yaml.safe_load((tmp_path / "there" / "config").read_text()) == document(CONFIG | VALUES)


@pytest.mark.parametrize("text", ["", "[]", "users: 5", "users: [{name: anna}]", "{", "users: [{name: ben, user: {}}]"])
def test_a_file_that_is_no_longer_as_it_was_is_left_alone(tmp_path: Path, text: str) -> None:
    (tmp_path / "config").write_text(text)
    with pytest.raises(ValueError):
        save_auth_provider(tmp_path / "config", "anna", VALUES)
    assert (tmp_path / "config").read_text() == text
    assert os.listdir(tmp_path) == ["config"]


def test_kubectls_lock_is_respected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "config").write_text(yaml.safe_dump(document(CONFIG)))
    (tmp_path / "config.lock").touch()
    waits: list[float] = []

    def wait(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 3:
            (tmp_path / "config.lock").unlink()

    monkeypatch.setattr("nodeview.wire.kubeconfig_writing.time.sleep", wait)
    assert saved(tmp_path / "config") == document(CONFIG | VALUES)
    assert len(waits) == 3


def test_no_error_quotes_the_file(tmp_path: Path) -> None:
    (tmp_path / "config").write_text("users: [hunter2")
    with pytest.raises(ValueError) as caught:
        save_auth_provider(tmp_path / "config", "anna", VALUES)
    assert "hunter2" not in repr(caught.value)
    assert caught.value.__suppress_context__
