"""What a NodePool's disruption budgets allow at one moment, for each reason, and when that changes."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from nodeview.records import NodeBudget
from nodeview.scheduling import (
    DEFAULT_BUDGETS,
    REASONS,
    UNLIMITED,
    Allowed,
    DisruptionReason,
    allowed,
    opens_at,
    window_of,
)
from nodeview.views.node import NodeView

_INITIALIZED = "karpenter.sh/initialized"
_MARKS = ("karpenter.sh/disrupted", "karpenter.sh/disruption")


class Budget(msgspec.Struct, frozen=True):
    """One budget as written, and what it says now."""

    written: NodeBudget
    active: bool
    """Its window is open: it limits. One without a schedule always does."""
    until: int | None
    """When that turns, epoch seconds; None where it does not."""
    allows: int | None
    """Nodes of the pool, those that are going already among them; None while it is not active."""
    unreadable: str = ""
    """What of it nobody can read: the pool is closed then, as Karpenter has it."""


class Allowance(msgspec.Struct, frozen=True):
    """How many nodes may go for one reason now."""

    reason: DisruptionReason
    allowed: int | None
    """By all budgets; None: as many as there are."""
    remaining: int | None
    """Less those that are going already."""
    until: int | None
    """When `allowed` changes next, epoch seconds."""
    opens_at: int | None
    """When more than those that are going are first allowed; now where they are. None: not in sight."""
    unreadable: str = ""

    @property
    def closed(self) -> bool:
        """Not a single node may go for this reason."""
        return self.remaining == 0


class PoolBudgets(msgspec.Struct, frozen=True):
    """The budgets of one NodePool."""

    nodes: int
    """Of which percentages are taken: initialised, and their instances are not being terminated."""
    disrupting: int
    """Of these, those that are not Ready, or are going."""
    budgets: tuple[Budget, ...]
    is_default: bool
    """None are written: it is Karpenter's own 10 %."""
    allowances: tuple[Allowance, ...]

    @property
    def next_moment(self) -> float | None:
        """When time alone changes something here."""
        windows = [one.until for one in self.budgets]
        answers = [one.until for one in self.allowances]
        return min([moment for moment in (*windows, *answers) if moment is not None], default=None)


def budgets_of(written: tuple[NodeBudget, ...] | None, nodes: Iterable[NodeView], now: float) -> PoolBudgets:
    """What these budgets (None: none are written) allow of these nodes."""
    counted = [view for view in nodes if _counts(view)]
    disrupting = sum(1 for view in counted if _is_going(view))
    known = DEFAULT_BUDGETS if written is None else written
    return PoolBudgets(
        len(counted),
        disrupting,
        tuple([_budget(one, len(counted), now) for one in known]),
        written is None,
        tuple([_allowance(written, len(counted), reason, now, disrupting) for reason in REASONS]),
    )


def _budget(one: NodeBudget, nodes: int, now: float) -> Budget:
    window = window_of(one, now)
    said = [allowed((one,), nodes, reason, now) for reason in REASONS]
    unreadable = window.unreadable or said[0].unreadable
    # Of a reason that it does not name, a budget allows all.
    least = min(said, key=lambda answer: answer.nodes).nodes
    limits = (window.active or bool(unreadable)) and least < UNLIMITED
    return Budget(one, window.active, window.until, least if limits else None, unreadable)


def _allowance(
    written: tuple[NodeBudget, ...] | None, nodes: int, reason: DisruptionReason, now: float, disrupting: int
) -> Allowance:
    said: Allowed = allowed(written, nodes, reason, now)
    opens = opens_at(written, nodes, reason, now, disrupting)
    if said.unlimited:
        return Allowance(reason, None, None, said.until, opens)
    remaining = max(said.nodes - disrupting, 0)
    return Allowance(reason, said.nodes, remaining, said.until, opens, said.unreadable)


def _counts(view: NodeView) -> bool:
    claim = view.claim
    initialized = claim.condition("Initialized") if claim is not None else None
    if view.record.labels.get(_INITIALIZED) != "true" and (initialized is None or initialized.status != "True"):
        return False
    terminating = claim.condition("InstanceTerminating") if claim is not None else None
    return terminating is None or terminating.status != "True"


def _is_going(view: NodeView) -> bool:
    record, claim = view.record, view.claim
    deleted = record.deleted is not None or (claim is not None and claim.deleted is not None)
    return view.standing.ready is not True or deleted or any(one.key in _MARKS for one in record.taints)
