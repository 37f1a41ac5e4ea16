"""One thing that deserves attention, and the contract of those who find them."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, Literal, Protocol

import msgspec

from nodeview.insights.contract import Moment
from nodeview.records import NodeName

Severity = Literal["info", "caution", "alarm"]
SEVERITIES: tuple[Severity, ...] = ("alarm", "caution", "info")
"""The worst first."""
MOST = 50
"""So many of one kind are told one by one; the others are counted."""


class Finding(msgspec.Struct, frozen=True):
    """What was found: `id` is its kind, `subject` what it is about: `zone/eu-west-1a`, `pool/api`, `shop/ledger`."""

    id: str
    severity: Severity
    subject: str
    message: str
    since: float | None = None
    """Epoch seconds; None where that is not known."""
    nodes: tuple[NodeName, ...] = ()
    """Those that it is also about."""


class Part(msgspec.Struct, frozen=True, eq=False):
    """What one finder found, and what it wants to be handed the next time."""

    findings: tuple[Finding, ...] = ()
    basis: Any = None
    next_moment: float | None = None
    """When time alone makes it say something else, epoch seconds."""


class Finder(Protocol):
    """Finds one kind of thing, or a few that are found together; yields often."""

    def __call__(self, moment: Moment, before: Part) -> Generator[None, None, Part]:
        """What there is at this moment; `before` itself, or at least its `findings`, where nothing differs."""
        ...


def is_known(moment: Moment, *resources: str) -> bool:
    """Whether all of these were heard to the end at some time."""
    known = {one.resource for one in moment.snapshot.streams if one.synced_once}
    return known.issuperset(resources)


def renewed(before: Part, findings: list[Finding], basis: Any, next_moment: float | None = None) -> Part:
    """What was found now; the findings of before where they are the same."""
    found = tuple(findings)
    return Part(before.findings if found == before.findings else found, basis, next_moment)


def at_most(findings: list[Finding]) -> list[Finding]:
    """The first of one kind one by one, and how many more there are."""
    rest = findings[MOST:]
    if not rest:
        return findings
    nodes = tuple(dict.fromkeys(name for one in rest for name in one.nodes))
    last = Finding(rest[0].id, rest[0].severity, "", f"and {len(rest):,} more", nodes=nodes)
    return [*findings[:MOST], last]
