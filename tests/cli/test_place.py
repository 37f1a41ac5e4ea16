"""Which cluster is meant, and that a wrong flag is said before a wrong kubeconfig."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from nodeview.cli.place import settle
from nodeview.errors import KubeconfigError, UsageError
from nodeview.settings import read_sources


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("KUBECONFIG", raising=False)
    return tmp_path


def kubeconfig(home: Path, current: str = "arn:aws:eks:eu-west-1:1:cluster/prod") -> str:
    names = ("arn:aws:eks:eu-west-1:1:cluster/prod", "test")
    config = {
        "current-context": current,
        "clusters": [{"name": name, "cluster": {"server": "http://127.0.0.1:1"}} for name in names],
        "contexts": [{"name": name, "context": {"cluster": name}} for name in names],
    }
    file = home / "kubeconfig"
    file.write_text(json.dumps(config))
    return str(file)


def test_the_section_of_the_current_context_holds(home: Path) -> None:
    file = home / "c.toml"
    file.write_text('fps = 1\n[context."*/prod"]\nfps = 2\n')
    sources = read_sources({"kubeconfig": kubeconfig(home)}, {"HOME": str(home), "NODEVIEW_CONFIG": str(file)})
    settings, connection = settle(sources)
    assert settings.fps == 2
    assert (connection.context, connection.cluster) == ("arn:aws:eks:eu-west-1:1:cluster/prod", "prod")


def test_the_context_of_the_flag_goes_first(home: Path) -> None:
    sources = read_sources({"kubeconfig": kubeconfig(home), "context": "test"}, {"HOME": str(home)})
    assert settle(sources)[1].context == "test"


def test_what_is_wrong_with_flags_is_said_first(home: Path) -> None:
    with pytest.raises(UsageError, match="--fps must be"):
        settle(read_sources({"fps": "0"}, {"HOME": str(home)}))
    with pytest.raises(UsageError, match="--filter: "):
        settle(read_sources({"filter": "pol=x"}, {"HOME": str(home)}))
    with pytest.raises(KubeconfigError):
        settle(read_sources({}, {"HOME": str(home)}))
