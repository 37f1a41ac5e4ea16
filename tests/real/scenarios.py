"""All the faults of a real API server that are played, by name, and what they came to as a table."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from tests.real import faults, refusals
from tests.real.faults import Outcome, Stage

Scenario = Callable[[Stage], Coroutine[Any, Any, Outcome]]
SCENARIOS: dict[str, Scenario] = {
    "frozen": faults.frozen,
    "killed": faults.killed,
    "compacted": faults.compacted,
    "restored-behind": lambda stage: faults.restored(stage, ahead=False),
    "restored-ahead": lambda stage: faults.restored(stage, ahead=True),
    "invalidated": refusals.invalidated,
    "forbidden": refusals.forbidden,
    "defined": refusals.defined,
}
HEAD = (
    "| fault | differences | equal after | last heard, before the fault | as the report said |\n"
    "| --- | --- | --- | --- | --- |"
)


def table(outcomes: list[Outcome]) -> str:
    """In Markdown."""
    return "\n".join([HEAD, *(one.row() for one in outcomes)])
