"""Whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from nodeview.wire.whole_file import write_whole


def test_what_was_there_is_replaced_and_is_for_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("old")
    file.chmod(0o644)
    write_whole(file, b"new")
    assert file.read_bytes() == b"new"
    assert file.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [file]


def test_what_fails_leaves_what_was_there_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "file"
    file.write_text("old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_whole(file, b"new", synced=True)
    assert file.read_text() == "old"
    assert list(tmp_path.iterdir()) == [file]
