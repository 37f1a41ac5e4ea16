"""What was said of a node, of its claim and of its pods, in one list; and what it went through since we watch."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from nodeview.cluster import Histories, Past, PodMoves, Turn
from nodeview.records import ClusterEvent
from nodeview.ui.widgets.fact_lines import FactLines, moment_words
from nodeview.views import (
    PHASE_TONES,
    PHASE_WORDS,
    ClaimView,
    ClusterView,
    NodeView,
    Tone,
    duration,
    why_unheard,
    with_short_names,
)

EVENTS = 40
"""Events that are shown; the older ones are counted."""
WHEN = 10
"""Columns of a moment."""
REPEATED_S = 60
"""From so many seconds between the first and the last, an Event is said to have been repeated."""


class Saying(NamedTuple):
    """The same thing, said once or several times, of one object or of several pods."""

    event: ClusterEvent
    """The newest of them."""
    about: str
    began: int | None
    more: int = 0
    """Other pods of which just the same was said."""


def add_events(lines: FactLines, view: NodeView, cluster: ClusterView, now: float) -> None:
    """Events of the node, its claim and its pods, the newest first."""
    unheard = why_unheard(cluster.streams, "events")
    said = sayings(view, cluster)
    if not said and isinstance(view, ClaimView) and not unheard:
        return
    lines.heading("events", unheard or "of the last hour; of pods: evictions, preemptions, nominations, scale-ups")
    if not said and not unheard:
        lines.row("–", "nothing was said of it, its claim or its pods", Tone.MUTED, WHEN)
    for one in said[:EVENTS]:
        event = one.event
        when = moment_words(event.at, now) if event.at is not None else "–"
        lines.row(when, _words(one), Tone.CAUTION if event.warning else Tone.PLAIN, WHEN)
    if len(said) > EVENTS:
        lines.row("…", f"{len(said) - EVENTS} older ones", Tone.MUTED, WHEN)


def sayings(view: NodeView, cluster: ClusterView) -> list[Saying]:
    """All that is known to have been said, the newest first."""
    index, claim = cluster.events, view.source if isinstance(view, ClaimView) else view.claim
    found: list[Saying] = []
    of_node = {} if isinstance(view, ClaimView) else {view.record.uid: "node", view.name: "node"}
    for uid, about in (*of_node.items(), (claim.uid if claim else "", f"claim {claim.name}" if claim else "")):
        found += [Saying(one, about, one.began) for one in (index.about(uid) if uid else ())]
    return sorted((*found, *_of_pods(view, cluster)), key=lambda one: -(one.event.at or 0))


def _of_pods(view: NodeView, cluster: ClusterView) -> Iterable[Saying]:
    """Of pods of which just the same was said, one is named."""
    same: dict[tuple[str, str], Saying] = {}
    for pod in view.pods:
        for event in cluster.events.about(pod.uid):
            about = f"{pod.namespace}/{pod.name}"
            key = (event.reason, event.message.replace(pod.name, ""))
            old = same.get(key)
            if old is None:
                same[key] = Saying(event, about, event.began)
                continue
            newest, name = (event, about) if (event.at or 0) > (old.event.at or 0) else (old.event, old.about)
            began = min((one for one in (old.began, event.began) if one is not None), default=None)
            same[key] = Saying(newest, name, began, old.more + 1)
    return same.values()


def _words(one: Saying) -> str:
    event = one.event
    more = f" and {one.more} more pod{'' if one.more == 1 else 's'}" if one.more else ""
    again = ""
    if one.began is not None and event.at is not None and event.at - one.began >= REPEATED_S and not one.more:
        again = f" · repeated for {duration(event.at - one.began)}"
    source = f" ({event.source})" if event.source else ""
    return f"{one.about}{more} · {event.reason}: {with_short_names(event.message)}{source}{again}"


def add_history(lines: FactLines, view: NodeView, histories: Histories, now: float) -> None:
    """What it went through since we watch, the newest first."""
    if isinstance(view, ClaimView):
        return
    past = histories.of(view.name)
    lines.heading("history", "since nodeview began to watch")
    if not past.lines:
        nothing = "nothing happened to it" if histories.whole else "nothing is remembered of it"
        lines.row("–", nothing, Tone.MUTED, WHEN)
    for one in reversed(past.lines):
        when = one.until if isinstance(one, PodMoves) else one.at
        lines.row(moment_words(when, now), *line_of(one), WHEN)
    _forgotten(lines, past)


def _forgotten(lines: FactLines, past: Past) -> None:
    if past.forgotten:
        lines.row("…", f"{past.forgotten} turns before, which are forgotten", Tone.MUTED, WHEN)


def line_of(one: Turn | PodMoves) -> tuple[str, Tone]:
    """A turn, or pods that came and went, in a phrase."""
    if isinstance(one, PodMoves):
        return _moves(one), Tone.MUTED
    if one.kind == "left":
        return "left the cluster", Tone.CAUTION
    phase = PHASE_WORDS[one.phase] if one.phase is not None else ""
    if one.kind == "joined":
        phase = f"joined the cluster, {phase}"
    tone = PHASE_TONES[one.phase] if one.phase not in (None, "ready") else Tone.PLAIN
    turned = f"{phase}: {one.reason}" if one.reason else phase
    words = " · ".join(filter(None, (turned, *(word for word in one.words if not _is_said(word, one)))))
    return with_short_names(words), tone


def _is_said(word: str, turn: Turn) -> bool:
    """That a node is cordoned is its phase, where nobody is told who did it."""
    return word == "cordoned" and turn.phase == "cordoned"


def _moves(one: PodMoves) -> str:
    why = [f"{count} {what}" for count, what in ((one.evicted, "evicted"), (one.preempted, "preempted")) if count]
    came = f"{_pods(one.came)} came" if one.came else ""
    went = f"{one.went if came else _pods(one.went)} went" if one.went else ""
    went += f" ({', '.join(why)})" if why else ""
    over = f" in {duration(one.until - one.at)}" if one.until - one.at >= 1 else ""
    return f"{', '.join(filter(None, (came, went)))}{over}"


def _pods(count: int) -> str:
    return f"{count} pod{'' if count == 1 else 's'}"
