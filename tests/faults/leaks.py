"""What a test leaves behind: tasks, open files and sockets, child processes, temporary files."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

PATIENCE_S = 1.0
"""Sockets close a few turns of the loop after they were told to."""


@asynccontextmanager
async def nothing_left() -> AsyncIterator[None]:
    """Assert that what the block opened is closed at its end. Temporary files go to a folder of their own meanwhile."""
    tasks, files, children = asyncio.all_tasks(), open_files(), child_processes()
    with tempfile.TemporaryDirectory(prefix="faults-") as folder, _temporary(folder):
        yield
        until = time.monotonic() + PATIENCE_S
        while left := _left(tasks, files, children, Path(folder)):
            if time.monotonic() > until:
                raise AssertionError(f"left behind: {left}")
            await asyncio.sleep(0.01)


def _left(tasks: set[asyncio.Task[object]], files: set[str], children: set[str], folder: Path) -> list[str]:
    return [
        *(repr(one.get_coro()) for one in asyncio.all_tasks() - tasks),
        *sorted(open_files() - files),
        *(f"process {one}" for one in child_processes() - children),
        *(str(one) for one in folder.iterdir()),
    ]


def open_files() -> set[str]:
    """All that this process has open; empty where the system does not say."""
    found = set()
    for link in _listed("/proc/self/fd"):
        with contextlib.suppress(OSError):
            found.add(f"{link.name} {os.readlink(link)}")
    return {one for one in found if "/proc/" not in one}


def child_processes() -> set[str]:
    """The processes that this one started and that have not been waited for."""
    found: set[str] = set()
    for thread in _listed("/proc/self/task"):
        with contextlib.suppress(OSError):
            found.update((thread / "children").read_text().split())
    return found


def _listed(folder: str) -> list[Path]:
    try:
        return list(Path(folder).iterdir())
    except OSError:
        return []


@contextlib.contextmanager
def _temporary(folder: str) -> Iterator[None]:
    """Temporary files of this process and its children go there."""
    before, said = tempfile.tempdir, os.environ.get("TMPDIR")
    tempfile.tempdir, os.environ["TMPDIR"] = folder, folder
    try:
        yield
    finally:
        tempfile.tempdir = before
        if said is None:
            del os.environ["TMPDIR"]
        else:
            os.environ["TMPDIR"] = said


@contextlib.contextmanager
def collector_kept() -> Iterator[None]:
    """The collector works afterwards as it did before, whatever a house froze or switched off meanwhile."""
    thresholds = gc.get_threshold()
    try:
        yield
    finally:
        gc.unfreeze()
        gc.set_threshold(*thresholds)
        gc.enable()
