"""Why a node is still here, for a person: with moments in UTC and in their own time."""

from __future__ import annotations

from datetime import UTC, datetime

from nodeview.insights import STAY_WORDS, Staying, proof_of, tone_of
from nodeview.ui.desk import Desk
from nodeview.views import NodeView, Tone


def clock_of(desk: Desk, at: float) -> str:
    """`22:00 UTC, 14:00 your time`; the day too where it is not today."""
    now = desk.clock()
    utc, local = datetime.fromtimestamp(at, UTC), datetime.fromtimestamp(at).astimezone()
    text = f"{_written(utc, datetime.fromtimestamp(now, UTC))} UTC"
    if local.utcoffset() == utc.utcoffset():
        return text
    return f"{text}, {_written(local, datetime.fromtimestamp(now).astimezone())} your time"


def staying_of(desk: Desk) -> Staying:
    """What is known at the moment."""
    return desk.frame.insights.staying if desk.frame is not None else Staying()


def staying_facts(view: NodeView, desk: Desk) -> list[tuple[str, str, Tone]]:
    """All reasons, the strongest first: what it is, its proof, its tone."""
    now = desk.clock()
    reasons = staying_of(desk).of(view.name, now)
    return [
        (STAY_WORDS[one.reason], proof_of(one, lambda at: clock_of(desk, at), now), tone_of(one)) for one in reasons
    ]


def _written(moment: datetime, today: datetime) -> str:
    if moment.date() == today.date():
        return moment.strftime("%H:%M")
    near = abs((moment.date() - today.date()).days) < 7
    return moment.strftime("%a %H:%M" if near else "%Y-%m-%d %H:%M")
