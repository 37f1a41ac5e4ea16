"""`python -m tests.real [NAME...]`: play the faults of a real API server, and print what came of each as a table."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

from tests.control_plane import ASSETS, assets
from tests.real.breakable import UNCACHED, Breakable
from tests.real.faults import Outcome, Stage
from tests.real.scenarios import SCENARIOS, table


def main(names: list[str]) -> int:
    """Play the named ones, or all, on one control plane; 1 when anything differs."""
    folder = assets()
    if folder is None:
        print(f"{ASSETS} names no folder with etcd and kube-apiserver", file=sys.stderr)
        return 2
    outcomes: list[Outcome] = []
    with tempfile.TemporaryDirectory() as home, Breakable(folder, UNCACHED) as plane:
        stage = Stage(plane, Path(home))
        stage.fill()
        for name in names or SCENARIOS:
            print(f"… {name}", file=sys.stderr)
            outcomes.append(asyncio.run(SCENARIOS[name](stage)))
    print(table(outcomes))
    return int(any(one.wrong or one.late() or not one.lags for one in outcomes))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
