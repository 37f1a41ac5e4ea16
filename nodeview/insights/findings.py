"""All findings of a moment: a line for each who finds them."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping

import msgspec

from nodeview.insights.contract import Moment
from nodeview.insights.finding import SEVERITIES, Finder, Finding, Part
from nodeview.insights.finding_budgets import find_budgets
from nodeview.insights.finding_churn import find_churn
from nodeview.insights.finding_room import find_full_zones
from nodeview.insights.finding_rotation import find_rotation_hindrances
from nodeview.insights.finding_spot import find_unused_spot
from nodeview.records import NodeName

FINDERS: tuple[Finder, ...] = (
    find_full_zones,
    find_churn,
    find_budgets,
    find_unused_spot,
    find_rotation_hindrances,
)
_NOTHING = Part()


class Findings(msgspec.Struct, frozen=True, eq=False):
    """What was found at one moment, the worst first."""

    all: tuple[Finding, ...] = ()
    of_node: Mapping[NodeName, tuple[str, ...]] = {}
    """Which kinds of findings are about a node, for those with any."""
    parts: tuple[Part, ...] = tuple(_NOTHING for _ in FINDERS)

    @property
    def next_moment(self) -> float | None:
        """When there is more to say though nothing differs, epoch seconds."""
        return min((one.next_moment for one in self.parts if one.next_moment is not None), default=None)


NO_FINDINGS = Findings()


def find_all(moment: Moment, before: Findings) -> Generator[None, None, Findings]:
    """Ask every finder; the same findings, and the same value where nobody has anything new to remember."""
    parts: list[Part] = []
    for finder, part in zip(FINDERS, before.parts, strict=True):
        parts.append((yield from finder(moment, part)))
        yield
    if all(now is then for now, then in zip(parts, before.parts, strict=True)):
        return before
    if all(now.findings is then.findings for now, then in zip(parts, before.parts, strict=True)):
        return Findings(before.all, before.of_node, tuple(parts))
    found = sorted((one for part in parts for one in part.findings), key=lambda one: SEVERITIES.index(one.severity))
    return Findings(tuple(found), _by_node(found), tuple(parts))


def _by_node(found: Iterable[Finding]) -> Mapping[NodeName, tuple[str, ...]]:
    kinds: dict[NodeName, dict[str, None]] = {}
    for one in found:
        for name in one.nodes:
            kinds.setdefault(name, {})[one.id] = None
    return {name: tuple(some) for name, some in kinds.items()}
