"""Why a node that is going is still here: how far its drain is, what holds it up, and when it is forced."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from nodeview.insights.staying_pdb import blocked_by
from nodeview.insights.staying_pods import kept_until
from nodeview.insights.staying_reason import Stay
from nodeview.provisioners import forced_at
from nodeview.records import Pod, VolumeAttachment
from nodeview.scheduling import BudgetIndex
from nodeview.views import NodeView, is_daemon, printable


class Drain(msgspec.Struct, frozen=True, gc=False):
    """The pods that a drain had to move, as far as they were seen."""

    seen: frozenset[str]
    """Uids."""
    whole: bool
    """The node was seen before its drain began, so that these are all."""


def is_leaving(view: NodeView, drain: Drain | None) -> bool:
    """Whether somebody is taking this node away.

    A `kubectl drain` that waits for a PDB looks like any cordoned node: one with a `drain` that was seen counts while
    it is cordoned and has pods to move.
    """
    phase = view.standing.phase
    return phase in ("draining", "deleting") or (drain is not None and phase == "cordoned" and bool(movable(view)))


def drain_of(view: NodeView, before: NodeView | None, drain: Drain | None) -> Drain:
    """What is known of a drain that goes on: of a moment before, where the node was seen then, and of now."""
    seen = {pod.uid for pod in movable(view)}
    if drain is not None:
        return drain if seen <= drain.seen else Drain(drain.seen | seen, drain.whole)
    if before is None:
        return Drain(frozenset(seen), False)
    return Drain(frozenset(seen.union(pod.uid for pod in movable(before))), True)


def movable(view: NodeView) -> list[Pod]:
    """The pods that have to leave before the node can."""
    return [pod for pod in view.pods if not is_daemon(pod)]


def leaving_reasons(
    view: NodeView, drain: Drain | None, attached: tuple[VolumeAttachment, ...], budgets: BudgetIndex, now: float
) -> Iterator[Stay]:
    """What a node that is going still waits for, in no order."""
    pods, claim = movable(view), view.claim
    if pods:
        yield Stay("draining", _progress(pods, drain, budgets, now), since=view.standing.since)
        forced = forced_at(claim)
        if forced is not None:
            yield Stay("forced_end", "all pods are deleted by", until=forced)
    going = claim.condition("InstanceTerminating") if claim is not None else None
    if going is not None and going.status == "True":
        since = None if going.since is None else float(going.since)
        yield Stay("terminating", "its instance is being terminated", since=since)
    if attached and not pods:
        names = ", ".join(one.volume or one.name for one in attached[:3])
        more = f" and {len(attached) - 3} more" if len(attached) > 3 else ""
        what = "a volume is" if len(attached) == 1 else f"{len(attached)} volumes are"
        yield Stay("volume", f"{what} still attached: {printable(names)}{more}")
    yield from _finalizers(view)
    if not pods and not attached and not view.record.finalizers:
        yield Stay("draining", "no pods are left to move", since=view.standing.since)


def _finalizers(view: NodeView) -> Iterator[Stay]:
    record, claim = view.record, view.claim
    if record.deleted is not None and record.finalizers:
        names = printable(", ".join(record.finalizers))
        yield Stay("finalizer", f"the node waits for its finalizer {names}", since=float(record.deleted))
    elif claim is not None and claim.deleted is not None and claim.finalizers:
        names = printable(", ".join(claim.finalizers))
        yield Stay("finalizer", f"its NodeClaim waits for its finalizer {names}", since=float(claim.deleted))


def _progress(pods: list[Pod], drain: Drain | None, budgets: BudgetIndex, now: float) -> str:
    """`12 of 18 pods moved, 4 moving, 2 blocked by PDB shop/ledger: needs 3 healthy, has 3`."""
    moving = [pod for pod in pods if pod.deleted is not None]
    resting = [pod for pod in pods if pod.deleted is None]
    gone = len(drain.seen) - len(pods) if drain is not None else 0
    left = f"{len(pods)} pod{'s' if len(pods) > 1 else ''} left"
    parts = [f"{gone} of {len(pods) + gone} pods moved" if drain is not None and drain.whole else left]
    if gone and drain is not None and not drain.whole:
        parts.append(f"{gone} moved since it was first seen")
    if moving:
        parts.append(f"{len(moving)} moving")
    asking = [pod for pod in resting if (kept_until(pod) or 0.0) > now]
    if asking:
        parts.append(f"{len(asking)} not to be disrupted ({asking[0].namespace}/{asking[0].name})")
    parts += [
        f"{len(blocked)} blocked by {said.proof}"
        for said, blocked in blocked_by((pod for pod in resting if pod not in asking), budgets).values()
    ]
    return ", ".join(parts)
