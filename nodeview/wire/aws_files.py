"""The files that AWS credentials come from, watched for a new sign-in."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

Stamp = tuple[tuple[str, int], ...]


def credentials_stamp(environ: Mapping[str, str]) -> Stamp:
    """When each file of credentials, and of the caches of `aws sso login` and `aws login`, was last written.

    Another stamp means that somebody signed in, or changed a profile. Nothing is read.
    """
    return tuple(sorted(_stamps(environ)))


def _stamps(environ: Mapping[str, str]) -> Iterator[tuple[str, int]]:
    home = Path(environ.get("HOME") or environ.get("USERPROFILE") or os.path.expanduser("~")) / ".aws"
    files = [
        Path(environ.get("AWS_SHARED_CREDENTIALS_FILE") or home / "credentials").expanduser(),
        Path(environ.get("AWS_CONFIG_FILE") or home / "config").expanduser(),
    ]
    for folder in (home / "sso" / "cache", Path(environ.get("AWS_LOGIN_CACHE_DIRECTORY") or home / "login" / "cache")):
        files += _files_in(folder)
    for file in files:
        try:
            yield str(file), file.stat().st_mtime_ns
        except OSError:
            continue


def _files_in(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []
