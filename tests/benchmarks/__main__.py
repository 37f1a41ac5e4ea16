"""`python -m tests.benchmarks [NAME...]`: the figures beside their budgets; exit code 1 when one is over."""

from __future__ import annotations

import sys
from collections.abc import Callable

from tests.benchmarks import dashboard, outage, planning, prices, rotation, startup, staying, streams
from tests.benchmarks.figures import Figure, NotRun, rendered

BENCHMARKS: dict[str, Callable[[], list[Figure | NotRun]]] = {
    "version": lambda: [*startup.version()],
    "first-paint": lambda: [*startup.first_paint()],
    "demo-sync": dashboard.demo_sync,
    "demo-churn": dashboard.demo_churn,
    "demo-pending": dashboard.demo_pending,
    "demo-lives": dashboard.demo_lives,
    "demo-quiet": dashboard.demo_quiet,
    "real-1000": dashboard.real_small,
    "real-5000": dashboard.real_large,
    "stream-lists": streams.lists,
    "stream-events": streams.events,
    "outage": outage.outage,
    "blackhole": outage.blackhole,
    "staying": staying.staying,
    "planning": planning.planning,
    "rotation": rotation.rotation,
    "prices": lambda: [*prices.prices()],
}


def main(names: list[str]) -> int:
    """Run the named benchmarks, or all."""
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        print(f"no such benchmark: {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}", file=sys.stderr)
        return 2
    figures: list[Figure | NotRun] = []
    for name in names or BENCHMARKS:
        print(f"… {name}", file=sys.stderr)
        figures += BENCHMARKS[name]()
    print(rendered(figures))
    return int(any(isinstance(one, Figure) and one.over for one in figures))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
