"""How fast it starts: the version, and the first paint."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence

from tests.benchmarks.figures import Figure
from tests.benchmarks.terminal import Terminal

RUNS = 15


def version() -> list[Figure]:
    """`nodeview --version` above a bare interpreter, paired run by run."""
    more = [_wall_ms(["-m", "nodeview", "--version"]) - _wall_ms(["-c", "pass"]) for _ in range(RUNS)]
    return [Figure("nodeview --version, above python -c pass", statistics.median(more), "ms", 60, f"median of {RUNS}")]


def first_paint() -> list[Figure]:
    """From the start of the process until the terminal shows the header, with no cluster that answers."""
    taken = []
    for _ in range(RUNS):
        with Terminal([sys.executable, "-m", "nodeview", "demo"], _installed()) as terminal:
            terminal.expect("connecting")
            deadline = time.monotonic() + 10
            while terminal.seen_at is None and time.monotonic() < deadline:
                time.sleep(0.002)
            taken.append(((terminal.seen_at or float("inf")) - terminal.begun) * 1000)
    return [
        Figure("first paint of nodeview demo", statistics.median(taken), "ms", 300, f"median of {RUNS}, pty 200×64")
    ]


def _installed() -> dict[str, str]:
    """Our environment, but byte code may be kept, as it is for whoever installed nodeview."""
    return {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}


def _wall_ms(arguments: Sequence[str]) -> float:
    begun = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL, env=_installed())
    return (time.perf_counter() - begun) * 1000
