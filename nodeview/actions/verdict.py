"""What every check before a rotation is: a look at all that it is about, and what speaks against it, one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Literal, NamedTuple

import msgspec

from nodeview.actions.makers import Maker
from nodeview.actions.places import Ground, Packing, Seeker
from nodeview.actions.scope import Scope
from nodeview.records import NodeName

Severity = Literal["block", "warn", "info"]


class Found(NamedTuple):
    """One thing that a check found; its id is its check's."""

    severity: Severity
    subject: str
    message: str


class Sight(msgspec.Struct, frozen=True, eq=False):
    """What checks look at: the scope, and where everybody would go."""

    scope: Scope
    seekers: tuple[Seeker, ...]
    ground: Ground
    packing: Packing
    removal: frozenset[NodeName]
    """Targets that the plan waits for until they are gone."""
    removers: dict[NodeName, str]
    """Who takes a target away once it is empty; those whom nobody takes are not in it."""

    @property
    def makers(self) -> tuple[Maker, ...]:
        """Who may add nodes."""
        return tuple(self.ground.makers)


Check = Callable[[Sight], Iterator[Found | None]]
"""Gives None now and then where it looks at much, so that others can run."""
PAUSE = 16
"""Workloads looked at between two pauses, where each takes some tenths of a millisecond."""


def counted(many: int, one: str, more: str = "") -> str:
    """`1 pod`, `3 pods`."""
    return f"{many:,} {one if many == 1 else more or f'{one}s'}"


def listed(names: Iterable[str], most: int = 3) -> str:
    """`a, b, c and 2 more`, each name once."""
    known = list(dict.fromkeys(names))
    more = f" and {len(known) - most} more" if len(known) > most else ""
    return ", ".join(known[:most]) + more
