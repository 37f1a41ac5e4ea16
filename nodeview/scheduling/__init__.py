"""Would this pod run there, and why not: the scheduler's and Karpenter's rules. Pure."""

from nodeview.scheduling.fit import (
    Attempt,
    all_reasons_against,
    attempt_of,
    attempting,
    reasons_against,
    unjudged,
)
from nodeview.scheduling.node_pool import PoolVerdict, Size, reasons_against_pool, sizes_of
from nodeview.scheduling.reason import Kind, Reason
from nodeview.scheduling.room import Room, room_of

__all__ = [
    "Attempt",
    "Kind",
    "PoolVerdict",
    "Reason",
    "Room",
    "Size",
    "all_reasons_against",
    "attempt_of",
    "attempting",
    "reasons_against",
    "reasons_against_pool",
    "room_of",
    "sizes_of",
    "unjudged",
]
