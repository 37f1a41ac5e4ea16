"""How many nodes of a pool Karpenter may disrupt at a moment, by its budgets, and when that changes next."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Literal

import msgspec

from nodeview.records import NodeBudget, duration_seconds
from nodeview.scheduling.cron import DAY_S, Schedule, next_after, next_day, parse_schedule

DisruptionReason = Literal["Empty", "Drifted", "Underutilized"]
REASONS: tuple[DisruptionReason, ...] = ("Empty", "Drifted", "Underutilized")
UNLIMITED = 2**31 - 1
"""As Karpenter writes that no budget says anything."""
DEFAULT_BUDGETS = (NodeBudget("10%"),)
"""What holds where a NodePool has none written."""
_EPOCH = date(1970, 1, 1)
_MOST_TURNS = 64
"""Openings and closings looked at to find when a number changes."""
_MOST_DAYS = 370
"""Days on which one window may follow another without a gap before it is taken to be open for good."""
_MOST_DIGITS = 9


class Window(msgspec.Struct, frozen=True, gc=False):
    """Whether a budget's schedule holds at a moment."""

    active: bool
    until: int | None
    """When that turns, epoch seconds; None where it does not, or not within a year."""
    unreadable: str = ""
    """Why nobody can say; the pool is closed then, as Karpenter has it."""


ALWAYS = Window(True, None)


class Allowed(msgspec.Struct, frozen=True, gc=False):
    """How many nodes of a pool may go for one reason at one moment; those that are going already are not subtracted."""

    reason: DisruptionReason
    nodes: int
    binding: NodeBudget | None
    """The budget that says so; None where none holds now."""
    until: int | None
    """When the number changes next, epoch seconds; None where it does not, or not soon."""
    unreadable: str = ""
    """What of the budgets cannot be read: nothing is allowed then, for any reason."""

    @property
    def unlimited(self) -> bool:
        """No budget says anything now."""
        return self.nodes >= UNLIMITED


def allowed(budgets: Sequence[NodeBudget] | None, nodes: int, reason: DisruptionReason, now: float) -> Allowed:
    """What the budgets (None: none are written) allow of so many nodes for a reason, and when that changes next.

    `nodes` are the initialised ones of the pool whose instances are not being terminated.
    """
    known = DEFAULT_BUDGETS if budgets is None else tuple(budgets)
    at = int(now // 1)
    number, binding, unreadable = _number(known, nodes, reason, at)
    until = None if unreadable else _changes(known, nodes, reason, at, number)
    return Allowed(reason, number, binding, until, unreadable)


def opens_at(
    budgets: Sequence[NodeBudget] | None, nodes: int, reason: DisruptionReason, now: float, disrupting: int = 0
) -> int | None:
    """When more than `disrupting` nodes are first allowed, epoch seconds; None where not in sight."""
    known = DEFAULT_BUDGETS if budgets is None else tuple(budgets)
    at: int | None = int(now // 1)
    for _ in range(_MOST_TURNS):
        if at is None:
            return None
        number, _, unreadable = _number(known, nodes, reason, at)
        if unreadable:
            return None
        if number > disrupting:
            return at
        at = next_change(known, at)
    return None


def next_change(budgets: Sequence[NodeBudget] | None, now: float) -> int | None:
    """When a budget's window opens or closes next, epoch seconds; None where none does."""
    turns = [one.until for budget in budgets or () if (one := window_of(budget, now)).until is not None]
    return min((turn for turn in turns if turn is not None), default=None)


def window_of(budget: NodeBudget, now: float) -> Window:
    """Whether this budget's schedule holds now."""
    if not budget.schedule and not budget.duration:
        return ALWAYS
    return _window(budget.schedule, budget.duration, int(now // 1))


def _number(
    budgets: tuple[NodeBudget, ...], nodes: int, reason: DisruptionReason, at: int
) -> tuple[int, NodeBudget | None, str]:
    least, binding = UNLIMITED, None
    for budget in budgets:
        window, value = window_of(budget, at), _value(budget.nodes, nodes)
        if window.unreadable:
            return 0, budget, window.unreadable
        if not window.active:
            continue
        if value is None:
            return 0, budget, f"budget of {budget.nodes!r} nodes"
        if (not budget.reasons or reason in budget.reasons) and value < least:
            least, binding = value, budget
    return least, binding, ""


def _value(text: str, nodes: int) -> int | None:
    digits = text.removesuffix("%")
    if not (digits.isascii() and digits.isdecimal()) or len(digits) > _MOST_DIGITS:
        return None
    return -(-int(digits) * nodes // 100) if text.endswith("%") else int(digits)


def _changes(budgets: tuple[NodeBudget, ...], nodes: int, reason: DisruptionReason, at: int, number: int) -> int | None:
    for _ in range(_MOST_TURNS):
        turn = next_change(budgets, at)
        if turn is None:
            return None
        at = turn
        if _number(budgets, nodes, reason, at)[0] != number:
            return at
    return None


@lru_cache(maxsize=4096)
def _window(schedule: str, duration: str, at: int) -> Window:
    """Pools are asked about at the same moment, and their schedules are few."""
    known = parse_schedule(schedule)
    if known is None:
        return Window(False, None, f"schedule {schedule!r}" if schedule else "a duration without a schedule")
    length = duration_seconds(duration) if duration else 0
    if length is None:
        return Window(False, None, f"duration {duration!r}")
    strike = next_after(known, at - length)
    if strike is None:
        return ALWAYS  # Go's zero time lies before every moment: for Karpenter such a window is open for good
    if strike > at:
        return Window(False, strike if length else None)
    return Window(True, _end(known, strike, length))


def _end(schedule: Schedule, strike: int, length: int) -> int | None:
    """When windows of this length end that follow one another from this strike on."""
    seconds = schedule.seconds
    gapless = all(later - one <= length for one, later in pairwise(seconds))
    if gapless and schedule.every_day and seconds[0] + DAY_S - seconds[-1] <= length:
        return None
    number, second = divmod(strike, DAY_S)
    place = seconds.index(second)
    day = _EPOCH + timedelta(number)
    for _ in range(_MOST_DAYS):
        if gapless:
            place = len(seconds) - 1
        while place + 1 < len(seconds) and seconds[place + 1] - seconds[place] <= length:
            place += 1
        end = (day - _EPOCH).days * DAY_S + seconds[place] + length
        following = next_day(schedule, day)
        if place + 1 < len(seconds) or following is None or (following - _EPOCH).days * DAY_S + seconds[0] > end:
            return end
        day, place = following, 0
    return None
