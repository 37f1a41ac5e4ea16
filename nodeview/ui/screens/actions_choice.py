"""What to do with some nodes, how, and whether to leave while something runs: short lists to choose from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from textual.screen import Screen

from nodeview.actions import DO_NOT_DISRUPT, SCALE_DOWN_DISABLED, Kind, RotationOptions, Subject
from nodeview.records import NodeName
from nodeview.ui.desk import Desk
from nodeview.ui.runs import Wish, done_of
from nodeview.ui.screens.choice import Choice
from nodeview.ui.screens.plan_review import PlanReview
from nodeview.views import ClaimView, NodeView, PodRow, printable

WORDS: dict[Kind, str] = {
    "rotation": "rotate: restart what runs there, until it is empty",
    "cordon": "cordon: no new pods",
    "uncordon": "uncordon: pods may come again",
    "protect": "protect from removal",
    "unprotect": "end the protection from removal",
}


def choose_action(screen: Screen[Any], desk: Desk, names: Sequence[NodeName], pools: tuple[str, ...] = ()) -> None:
    """Let somebody choose what to do with these nodes, and review the plan of it; nothing is done here.

    `pools` are those whose nodes they are, all of them and no others.
    """
    frame = desk.frame
    views = [frame.view.nodes[name] for name in names if name in frame.view.nodes] if frame is not None else []
    if not views or desk.acts is None:
        return
    what = f"pool {', '.join(pools)}" if pools else views[0].name if len(views) == 1 else f"{len(views):,} nodes"
    options = [(kind, WORDS[kind]) for kind in kinds_for(views)]
    names = tuple(one.name for one in views)

    def chosen(kind: str | None) -> None:
        for known in WORDS:
            if kind == known:
                of_pool = known == "rotation" and bool(pools)
                wish = Wish(known, () if of_pool else names, pools if of_pool else ())
                screen.app.push_screen(PlanReview(desk, wish))

    screen.app.push_screen(Choice(desk, printable(what), options, "rotation"), chosen)


def kinds_for(views: Sequence[NodeView]) -> tuple[Kind, ...]:
    """What makes sense for these nodes."""
    kinds: list[Kind] = ["rotation"]
    if any(not one.record.unschedulable for one in views):
        kinds.append("cordon")
    if any(one.record.unschedulable for one in views):
        kinds.append("uncordon")
    if len(views) == 1:
        annotations = views[0].record.annotations
        kinds.append("unprotect" if DO_NOT_DISRUPT in annotations or SCALE_DOWN_DISABLED in annotations else "protect")
    return tuple(kinds)


def choose_restart(screen: Screen[Any], desk: Desk, row: PodRow) -> None:
    """Review the restart of the workload that this pod belongs to."""
    if desk.acts is None:
        return
    owner, pod = row.owner, row.pod
    kind, name = (owner.kind, owner.name) if owner is not None else ("Pod", pod.name)
    screen.app.push_screen(PlanReview(desk, Wish("restart", workload=Subject(kind, name, pod.namespace))))


def nodes_among(rows: Sequence[object]) -> tuple[NodeName, ...]:
    """The nodes of these rows; claims without one are no nodes."""
    return tuple(one.name for one in rows if isinstance(one, NodeView) and not isinstance(one, ClaimView))


def choose_option(
    screen: Screen[Any], desk: Desk, now: RotationOptions, chosen: Callable[[dict[str, object]], None]
) -> None:
    """Let somebody change one thing of how nodes are rotated."""
    changes = changes_of(now)
    options = [(str(place), words) for place, (words, _) in enumerate(changes)]

    def heard(place: str | None) -> None:
        if place is not None:
            chosen(changes[int(place)][1])

    screen.app.push_screen(Choice(desk, "How", options, "0"), heard)


def changes_of(now: RotationOptions) -> list[tuple[str, dict[str, object]]]:
    """What can be changed, in words, and to what."""
    changes: list[tuple[str, dict[str, object]]] = []
    for until, words in (("empty", "done when the nodes are empty"), ("removed", "done when the nodes are removed")):
        if now.until != until:
            changes.append((words, {"until": until}))
    if now.cordon != "all" or now.max_in_flight:
        changes.append(("cordon all nodes first", {"cordon": "all", "max_in_flight": ""}))
    for size, words in (("1", "one node at a time"), ("25%", "a quarter of the nodes at a time")):
        if now.max_in_flight != size:
            changes.append((words, {"cordon": "batch", "max_in_flight": size}))
    zone, rest, claims = now.one_zone_at_a_time, now.evict_rest, now.delete_empty_claims
    changes.append(("zones together" if zone else "one zone at a time", {"one_zone_at_a_time": not zone}))
    changes.append(("evict nothing" if rest else "evict what no restart moves", {"evict_rest": not rest}))
    words = "leave emptied NodeClaims" if claims else "delete emptied NodeClaims"
    return [*changes, (words, {"delete_empty_claims": not claims})]


class LeaveChoice(Choice):
    """Asks whoever leaves while something runs."""

    def __init__(self, desk: Desk) -> None:
        """About all that runs now."""
        running = [one.progress() for one in desk.runs.running]
        titles = printable(running[0].plan.title) if len(running) == 1 else f"{len(running)} actions"
        over = (
            f"{done_of(running[0])} of {len(running[0].steps)} steps are done"
            if len(running) == 1
            else "none is at its end"
        )
        options = [
            ("stay", "stay"),
            ("leave", f"stop it and leave: {over}"),
            *((one.plan.id, f"later: nodeview rotate resume {one.plan.id}") for one in running),
        ]
        super().__init__(desk, f"{titles} still run{'s' if len(running) == 1 else ''}", options, "stay")
