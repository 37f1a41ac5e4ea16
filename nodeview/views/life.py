"""A node's life in a list: how it came, where it stands and by what evidence, and what else is to be said of it."""

from __future__ import annotations

from datetime import UTC, datetime

from nodeview.cluster import Arrival
from nodeview.provisioners import BadgeWords, forced_at, karpenter_pool, tell_badges
from nodeview.records import NodePool, ServerVersion
from nodeview.views.claim import ClaimView
from nodeview.views.claim_words import attempts, given_up
from nodeview.views.cluster import ClusterView
from nodeview.views.node import NodeView
from nodeview.views.text import duration

Fact = tuple[str, str]
"""What it is about, and what is said of it."""


def life_of(view: NodeView, cluster: ClusterView, control_plane: ServerVersion | None, now: float) -> list[Fact]:
    """The facts in their order; a node of which little is known has few."""
    facts = [("evidence", view.standing.evidence)] if view.standing.evidence else []
    if isinstance(view, ClaimView):
        return facts + _of_claim(view, now)
    told = tell_badges(view.record, view.claim, _record(view, cluster), now, control_plane)
    facts += [(one.badge.replace("_", " "), _badge(one, now)) for one in told]
    forced = forced_at(view.claim)
    if forced is not None:
        facts.append(("forced end", f"all pods are deleted by {clock(forced)}{_until(forced, now)}"))
    arrival = cluster.arrivals.of(view.name)
    if arrival is not None and (said := way_in(arrival)):
        facts.append(("way in", said))
    return facts


def way_in(arrival: Arrival) -> str:
    """`claimed 2026-11-21 14:02:11 UTC, launched +3 s, …`; empty where nothing is known but when it began."""
    begun, steps = arrival.begun_at, arrival.steps()
    if begun is None or not steps:
        return ""
    first = "claimed" if arrival.claimed_at is not None else "joined"
    words = ", ".join([f"{first} {clock(begun)}", *(f"{step} +{seconds:.0f} s" for step, seconds in steps)])
    waited = arrival.waited_s
    return words if waited is None else f"{words}; its oldest pod waited {waited:.0f} s for the claim"


def clock(at: float) -> str:
    """A moment as a person reads it."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def _of_claim(view: ClaimView, now: float) -> list[Fact]:
    facts = []
    if view.fate.gives_up_at is not None:
        facts.append(("given up", f"{given_up(view.fate.gives_up_at, now)}, unless its node comes"))
    facts += [("attempts", said) for said in attempts(view)]
    return facts


def _record(view: NodeView, cluster: ClusterView) -> NodePool | None:
    name = karpenter_pool(view.record.labels)
    return next((pool.record for pool in cluster.pools if pool.record is not None and pool.record.name == name), None)


def _badge(one: BadgeWords, now: float) -> str:
    if one.at is None:
        return one.words
    if one.badge in ("expiring", "expired"):
        return f"{one.words} {'in' if one.at > now else 'since'} {duration(abs(one.at - now))}, {clock(one.at)}"
    return f"{one.words}, since {clock(one.at)} ({duration(now - one.at)})"


def _until(at: float, now: float) -> str:
    return f", in {duration(at - now)}" if at > now else ", which is past"
