"""Why a node is still here: one reason of it, with its proof, and how strong it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Literal, get_args

import msgspec

from nodeview.views import duration

StayReason = Literal[
    "draining",
    "volume",
    "terminating",
    "finalizer",
    "forced_end",
    "fargate",
    "no_autoscaler",
    "arriving",
    "static_pool",
    "node_annotation",
    "policy",
    "pod_annotation",
    "several_pdbs",
    "pdb_never",
    "no_controller",
    "local_storage",
    "system_pod",
    "minimum_size",
    "balloons",
    "not_empty",
    "budget",
    "pdb",
    "quiet",
    "nominated",
    "karpenter",
    "budget_in_use",
    "utilisation",
    "unknown",
    "nothing",
]
"""Why, the strongest first: what would keep it though all that follows were away."""

_RANK = {reason: place for place, reason in enumerate(get_args(StayReason))}
_PASSING = _RANK["quiet"]
Clock = Callable[[float], str]
"""Writes a moment, epoch seconds, as its reader likes it."""


class Stay(msgspec.Struct, frozen=True, gc=False):
    """A reason and its proof. `words` hold no moment and no age: those are beside them, for whoever writes them."""

    reason: StayReason
    words: str
    """What shows it, for a person to read; it ends so that `until` can follow."""
    until: float | None = None
    """The moment at which it ends; it is no reason any more from then on. Epoch seconds."""
    since: float | None = None
    """When it was said, or began, epoch seconds."""

    @property
    def rank(self) -> int:
        """The least is the strongest."""
        return _PASSING if self.until is not None and self.reason == "pod_annotation" else _RANK[self.reason]

    def holds(self, now: float) -> bool:
        """Whether it is a reason still; a forced end that is late is one."""
        return self.until is None or self.until > now or self.reason == "forced_end"


def in_order(reasons: Iterable[Stay], now: float) -> tuple[Stay, ...]:
    """Those that hold now, the strongest first."""
    return tuple(sorted((one for one in reasons if one.holds(now)), key=_rank_of))


def _rank_of(stay: Stay) -> int:
    return stay.rank


def proof_of(stay: Stay, clock: Clock, now: float | None = None) -> str:
    """The proof as one line: `… closed until 22:00 UTC`; with `now` also its age."""
    until = f" {clock(stay.until)}" if stay.until is not None else ""
    since = f" · {duration(now - stay.since)}" if now is not None and stay.since is not None else ""
    return f"{stay.words}{until}{since}"
