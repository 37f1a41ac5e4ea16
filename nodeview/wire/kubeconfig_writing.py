"""Writing a renewed token back into a kubeconfig, where kubectl and others will look for it."""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import yaml

from nodeview.wire.whole_file import write_whole

LOCK_TRIES = 10
LOCK_PAUSE_S = 0.1


def save_auth_provider(file: Path, user: str, values: Mapping[str, str]) -> None:
    """Set these fields in the auth-provider config of a user, and leave all else in the file as it is.

    The file is replaced at once, readable by its owner alone; a link stays a link. Comments survive where the
    old values can be exchanged in the text itself. Holds kubectl's lock file meanwhile, and waits a second for
    it, so not for the loop. Raises `OSError` when it cannot be written, `ValueError` when it is no longer as it was.
    """
    target = file.resolve()
    with _locked(target):
        text = target.read_text(encoding="utf-8")
        changed = _with_values(text, user, values)
        if changed != text:
            write_whole(target, changed.encode(), synced=True)


def _with_values(text: str, user: str, values: Mapping[str, str]) -> str:
    wanted = _parsed(text)
    config = _config_of(wanted, user)
    old = {name: config.get(name) for name in values}
    config.update(values)
    patched = text
    for name, value in values.items():
        before = old[name]
        if isinstance(before, str) and before and patched.count(before) == 1:
            patched = patched.replace(before, value)
    with contextlib.suppress(ValueError):
        if _parsed(patched) == wanted:
            return patched
    if text.lstrip().startswith("{"):
        return json.dumps(wanted, indent=2) + "\n"
    return yaml.safe_dump(wanted, sort_keys=False, allow_unicode=True, width=1 << 20)


def _config_of(document: object, user: str) -> dict[str, object]:
    """The config of the first user of this name, in the document itself."""
    users = document.get("users") if isinstance(document, dict) else None
    for entry in users if isinstance(users, list) else ():
        if isinstance(entry, dict) and entry.get("name") == user:
            with contextlib.suppress(KeyError, TypeError):
                config = entry["user"]["auth-provider"]["config"]
                if isinstance(config, dict):
                    return config
            break
    raise ValueError("no such user")


def _parsed(text: str) -> object:
    """The document; raises a `ValueError` that quotes nothing of it."""
    try:
        return yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError):
        raise ValueError("not YAML") from None


@contextlib.contextmanager
def _locked(file: Path) -> Iterator[None]:
    """Hold the lock file that client-go makes beside a kubeconfig while it writes one."""
    lock = file.with_name(f"{file.name}.lock")
    for left in reversed(range(LOCK_TRIES)):
        try:
            os.close(os.open(lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            break
        except FileExistsError:
            if not left:
                raise
            time.sleep(LOCK_PAUSE_S)
    try:
        yield
    finally:
        lock.unlink(missing_ok=True)
