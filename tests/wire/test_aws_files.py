"""A new sign-in is seen by the files that it writes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from nodeview.wire.aws_files import credentials_stamp


@pytest.mark.parametrize("file", ["credentials", "config", "sso/cache/token.json", "login/cache/token.json"])
def test_each_file_of_credentials_changes_the_stamp(tmp_path: Path, file: str) -> None:
    environ = {"HOME": str(tmp_path)}
    path = tmp_path / ".aws" / file
    seen = [credentials_stamp(environ)]
    path.parent.mkdir(parents=True)
    path.write_text("a")
    seen.append(credentials_stamp(environ))
    os.utime(path, ns=(1, 1))
    seen.append(credentials_stamp(environ))
    path.unlink()
    assert len({*seen}) == 3
    assert credentials_stamp(environ) == seen[0] == ()


def test_files_elsewhere_are_watched_where_they_are(tmp_path: Path) -> None:
    (tmp_path / "own").write_text("")
    environ = {"HOME": str(tmp_path), "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "own")}
    assert [name for name, _ in credentials_stamp(environ)] == [str(tmp_path / "own")]


def test_nothing_changed_is_the_same_stamp(tmp_path: Path) -> None:
    (tmp_path / ".aws").mkdir()
    (tmp_path / ".aws" / "config").write_text("")
    environ = {"HOME": str(tmp_path)}
    assert credentials_stamp(environ) == credentials_stamp(environ) != ()
