"""What waits, in one line: `4 worker (no node has 4 vCPU free · 2m) · 2 balloon (refilling · 14s) · 1 gated`."""

from __future__ import annotations

from collections.abc import Sequence

from nodeview.insights.groups import PendingGroup
from nodeview.insights.pending_table import age_tone
from nodeview.views import Assumptions, Tone, duration, printable, short_name

Said = tuple[str, Tone]
MOST = 12
"""Groups that one line could hold at best."""
_RANK = {Tone.ALARM: 0, Tone.CAUTION: 1}


def pending_pieces(groups: Sequence[PendingGroup], given: Assumptions, now: float) -> tuple[list[Said], int]:
    """A piece for each group, those that wait too long first, then balloons together, then the gated together;

    and how many groups are left out where there are too many. Pods that start are told only when that takes long.
    """
    work = [one for one in groups if not one.balloon and one.kind not in ("gated", "starting")]
    late = [one for one in groups if one.kind == "starting" and now - one.created >= given.waits_long]
    said = sorted((*work, *late), key=lambda one: _RANK.get(age_tone(one, now - one.created, given), 2))
    pieces = [_piece(one, given, now) for one in said[:MOST]]
    balloons = [one for one in groups if one.balloon and one.kind not in ("gated", "starting")]
    if balloons:
        age = duration(now - min(one.created for one in balloons))
        pieces.append((f"{_count(balloons):,} balloon (refilling · {age})", Tone.MUTED))
    gated = [one for one in groups if one.kind == "gated"]
    if gated:
        pieces.append((f"{_count(gated):,} gated", Tone.MUTED))
    return pieces, max(len(said) - MOST, 0)


def _count(groups: Sequence[PendingGroup]) -> int:
    return sum(len(one.members) for one in groups)


def _piece(group: PendingGroup, given: Assumptions, now: float) -> Said:
    age = max(now - group.created, 0.0)
    name = printable(group.name) if group.owner is not None or len(group.members) == 1 else "without a controller"
    starting = " starting" if group.kind == "starting" else ""
    lead = _where(group) if group.kind == "nominated" else group.words.lead
    words = f"{len(group.members):,} {name}{starting} ({lead} · {duration(age)})"
    return words, age_tone(group, age, given)


def _where(group: PendingGroup) -> str:
    places = group.places
    return f"→ {printable(short_name(places[0])) if len(places) == 1 else f'{len(places)} nodes'}"
