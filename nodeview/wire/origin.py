"""The files that a connection was read from, and whether they are still as they were."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nodeview.wire.connection import Connection

FileState = tuple[int, int, int] | None
"""When it was changed (ns), its size and its number; None when it is not there."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Kubeconfig, certificate and key files of one connection, and the way to read them again."""

    seen: tuple[tuple[Path, FileState], ...]
    read: Callable[[], Connection] = field(repr=False)
    """Raises `KubeconfigError`."""

    def changed(self) -> bool:
        """Whether any of the files differs from what it was when it was read."""
        return any(state != state_of(file) for file, state in self.seen)


def states_of(files: Iterable[Path]) -> tuple[tuple[Path, FileState], ...]:
    """Files with their present state; to be taken before they are read, so that no change is missed."""
    return tuple((file, state_of(file)) for file in files)


def state_of(file: Path) -> FileState:
    """The state of one file."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
