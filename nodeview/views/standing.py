"""How a node's phase, its reason and its badges are said in one cell."""

from __future__ import annotations

from collections.abc import Mapping

from nodeview.provisioners import Badge, Phase, drift_of
from nodeview.views.cell import Cell, Tone
from nodeview.views.claim import ClaimView
from nodeview.views.claim_words import claim_state
from nodeview.views.node import NodeView
from nodeview.views.text import duration, printable

PHASE_WORDS: Mapping[Phase, str] = {
    "arriving": "arriving",
    "ready": "ready",
    "not_ready": "NotReady",
    "unknown": "NotReady",  # kubectl's word for both; the reason tells them apart
    "cordoned": "cordoned",
    "interrupted": "interrupted",
    "draining": "draining",
    "deleting": "deleting",
}

PHASE_TONES: Mapping[Phase, Tone] = {
    "arriving": Tone.COMING,
    "ready": Tone.MUTED,
    "not_ready": Tone.ALARM,
    "unknown": Tone.ALARM,
    "cordoned": Tone.CAUTION,
    "interrupted": Tone.CAUTION,
    "draining": Tone.CAUTION,
    "deleting": Tone.CAUTION,
}

PHASE_ORDER: tuple[Phase, ...] = (
    "not_ready",
    "unknown",
    "interrupted",
    "deleting",
    "draining",
    "cordoned",
    "arriving",
    "ready",
)
"""The most pressing first: how the STATE column sorts, and how a header may count."""

BADGE_WORDS: Mapping[Badge, str] = {
    "drifted": "drifted",
    "expiring": "expiring",
    "expired": "expired",
    "consolidatable": "consolidatable",
    "candidate": "candidate for removal",
    "do_not_disrupt": "do not disrupt",
    "pressure": "pressure",
    "behind_control_plane": "behind the control plane",
}

_RANK = {phase: place for place, phase in enumerate(PHASE_ORDER)}
_USUAL: frozenset[Badge] = frozenset(("consolidatable",))
"""What nearly every node of Karpenter's is deserves no word in a table: the node's page says it."""
_READY = Cell("ready", Tone.MUTED)


def state_cell(view: NodeView, now: float) -> Cell:
    """`NotReady 3m · not heard of`, `ready · drifted`: the phase, since when (unless ready), why, and the badges."""
    standing = view.standing
    if isinstance(view, ClaimView):
        return claim_state(view, now)
    if standing.phase == "ready":
        if _USUAL.issuperset(view.badges) and not standing.reason:
            return _READY
        tone = Tone.CAUTION if "pressure" in view.badges else Tone.PLAIN
        return Cell(" · ".join(("ready", *_rest(view, now))), tone)
    word = PHASE_WORDS[standing.phase]
    since = f" {duration(now - standing.since)}" if standing.since is not None else ""
    return Cell(" · ".join((f"{word}{since}", *_rest(view, now))), PHASE_TONES[standing.phase])


def _rest(view: NodeView, now: float) -> list[str]:
    standing = view.standing
    said = [printable(standing.reason)] if standing.reason else []
    if view.record.unschedulable and standing.phase in ("not_ready", "unknown", "arriving"):
        said.append("cordoned")
    if standing.ready is not True and standing.phase in ("draining", "interrupted", "deleting"):
        said.append("NotReady")
    for badge in view.badges:
        if badge in _USUAL:
            continue
        word = BADGE_WORDS[badge]
        if badge == "drifted" and (what := drift_of(view.claim)):
            word = f"{word} ({printable(what)})"
        if badge == "behind_control_plane":
            word = f"kubelet {_minor(view.record.kubelet_version)}"
        if badge == "expiring" and view.expires_at is not None:
            word = f"{word} in {duration(view.expires_at - now)}"
        said.append(word)
    return said


def _minor(version: str) -> str:
    """`1.33` of `v1.33.4-eks-1`."""
    return ".".join(printable(version).removeprefix("v").split(".")[:2])


def state_key(view: NodeView, now: float) -> tuple[int, float]:
    """Sorts the most pressing phase first, and within a phase the one that lasts longest."""
    since = view.standing.since
    return _RANK[view.standing.phase], since if since is not None else now
