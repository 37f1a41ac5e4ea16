"""What a claim without a node says in the STATE column, and on its own page."""

from __future__ import annotations

from datetime import UTC, datetime

from nodeview.views.cell import Cell, Tone
from nodeview.views.claim import ClaimView
from nodeview.views.text import duration, printable


def claim_state(view: ClaimView, now: float) -> Cell:
    """`launched, not registered after 6m · given up at 14:17 UTC · 2 before it got no node`."""
    fate = view.fate
    slow = fate.slow_from is not None and now >= fate.slow_from
    said = [printable(fate.standing.reason or "")]
    age = duration(now - view.record.created)
    if fate.step == "launched" and slow:
        said = [f"{said[0]}, not registered after {age}" if "waiting for its node" not in said[0] else _unheard(age)]
    elif slow and fate.step == "launching":
        said = [f"not launched after {age}"]
    if fate.gives_up_at is not None and (slow or fate.step == "failed"):
        said.append(given_up(fate.gives_up_at, now))
    if fate.step in ("launching", "failed"):
        said += attempts(view)
    calm = fate.step in ("launching", "launched") and not slow
    return Cell(" · ".join(said), Tone.COMING if calm else Tone.CAUTION)


def given_up(at: float, now: float) -> str:
    """The minute at which Karpenter gives up."""
    clock = datetime.fromtimestamp(at, UTC).strftime("%H:%M UTC")
    return f"given up at {clock}" if now < at else f"should have been given up at {clock}"


def attempts(view: ClaimView) -> list[str]:
    """How many claims of its pool got no node before it, and why."""
    failed = view.failures
    if failed is None:
        return []
    why = f": {printable(failed.reason)}" if failed.reason and view.fate.step == "launching" else ""
    return [f"{failed.count} before it got no node{why}"]


def _unheard(age: str) -> str:
    return f"launched, not registered after {age}"
