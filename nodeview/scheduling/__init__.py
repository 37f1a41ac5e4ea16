"""Would this pod run there, and why not: the scheduler's and Karpenter's rules. Pure."""

from nodeview.scheduling.disruption_budget import (
    NO_BUDGETS,
    BudgetIndex,
    Evictable,
    Eviction,
    arithmetic,
    eviction_of,
    forbids_all,
)
from nodeview.scheduling.fit import (
    Attempt,
    all_reasons_against,
    attempt_of,
    attempting,
    reasons_against,
    unjudged,
)
from nodeview.scheduling.mounts import NO_MOUNTS, Mounts, mounts_of, reaches, where_of
from nodeview.scheduling.node_budget import (
    DEFAULT_BUDGETS,
    REASONS,
    UNLIMITED,
    Allowed,
    DisruptionReason,
    Window,
    allowed,
    next_change,
    opens_at,
    window_of,
)
from nodeview.scheduling.node_pool import PoolVerdict, Size, reasons_against_pool, sizes_of, types_of
from nodeview.scheduling.pool_limits import LimitLeft, NextStep, next_step
from nodeview.scheduling.reason import Kind, Reason
from nodeview.scheduling.requirements import tolerates, untolerated
from nodeview.scheduling.room import Room, room_of
from nodeview.scheduling.surge import Fenceposts, fenceposts, rolling_bounds

__all__ = [
    "DEFAULT_BUDGETS",
    "NO_BUDGETS",
    "NO_MOUNTS",
    "REASONS",
    "UNLIMITED",
    "Allowed",
    "Attempt",
    "BudgetIndex",
    "DisruptionReason",
    "Evictable",
    "Eviction",
    "Fenceposts",
    "Kind",
    "LimitLeft",
    "Mounts",
    "NextStep",
    "PoolVerdict",
    "Reason",
    "Room",
    "Size",
    "Window",
    "all_reasons_against",
    "allowed",
    "arithmetic",
    "attempt_of",
    "attempting",
    "eviction_of",
    "fenceposts",
    "forbids_all",
    "mounts_of",
    "next_change",
    "next_step",
    "opens_at",
    "reaches",
    "reasons_against",
    "reasons_against_pool",
    "rolling_bounds",
    "room_of",
    "sizes_of",
    "tolerates",
    "types_of",
    "unjudged",
    "untolerated",
    "where_of",
    "window_of",
]
