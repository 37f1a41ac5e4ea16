"""`python -m tests.soak --minutes 30` or `python -m tests.soak --events 1000000`."""

from __future__ import annotations

import argparse
import sys


def main(arguments: list[str]) -> int:
    """1 when something differs in the end, or grew."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, help="random faults on a real API server for so long")
    parser.add_argument("--seed", type=int, default=1, help="of the faults and of what is written")
    parser.add_argument("--quick", action="store_true", help="be as impatient as tests are; no child process")
    parser.add_argument("--faults", help="only these, between commas, as they are called in outages.py")
    parser.add_argument("--events", type=int, help="so many events of pods, as fast as they can be taken")
    parser.add_argument("--pods", type=int, default=20_000)
    asked = parser.parse_args(arguments)
    if asked.events:
        from tests.soak.flood import flood

        return flood(asked.pods, asked.events)
    from tests.soak.outages import soak

    return soak(
        (asked.minutes or 30.0) * 60, asked.seed, asked.faults.split(",") if asked.faults else (), quick=asked.quick
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
