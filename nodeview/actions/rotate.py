"""A rotation: cordon, restart what runs there, wait until the nodes are empty and, where asked, until they are gone."""

from __future__ import annotations

import re
from collections.abc import Generator, Mapping
from datetime import UTC, datetime

from nodeview.actions.batches import Batch, are_too_many, batches_of, may_move_twice
from nodeview.actions.facts import NOTHING_ASKED, PlanFacts
from nodeview.actions.makers import group_of, makers_of
from nodeview.actions.options import RotationOptions
from nodeview.actions.peak import peaks, surge_of
from nodeview.actions.places import Ground, pack, seekers_of
from nodeview.actions.plan import Plan, Target, Verdict
from nodeview.actions.scope import About, Scope, scope_of
from nodeview.actions.selection import Chosen
from nodeview.actions.steps import rotation_steps, undo_of
from nodeview.actions.verdict import Sight, counted
from nodeview.actions.verdicts import judged
from nodeview.cluster import Snapshot
from nodeview.records import NodeName
from nodeview.views import ClusterView, NodeView

KARPENTER = ("karpenter", "eks-auto")


def plan_rotation(
    view: ClusterView,
    snapshot: Snapshot,
    chosen: Chosen,
    options: RotationOptions,
    about: About,
    now: float,
    facts: PlanFacts = NOTHING_ASKED,
    asked: Mapping[str, str | int | bool | None] | None = None,
) -> Generator[None, None, Plan]:
    """Plan to rotate these nodes. Yields after every millisecond or so of work.

    `asked` is how they were chosen, as the command line says it: it goes with the options into the plan.
    """
    scope = yield from scope_of(view, snapshot, chosen.names, options, facts, about, now)
    makers = makers_of(scope)
    yield
    ground, seekers = Ground(scope.rooms, makers), seekers_of(scope)
    counts = peaks(seekers, options.max_restarts)
    yield
    packing = yield from pack(seekers, counts, ground, [one.balloon for one in scope.staying])
    removers = removers_of(scope)
    removal = removal_of(scope, removers)
    sight = Sight(scope, seekers, ground, packing, removal, removers)
    verdicts = yield from judged(sight, options.accept)
    batches = batches_of(scope)
    yield
    name = about.id or new_id(now, _slug(scope, chosen), about.mark)
    steps = (yield from rotation_steps(scope, batches, removal, name)) if scope.targets else ()
    surge = surge_of(scope, seekers, counts, ground, packing)
    yield
    before = frozenset(one.name for one in scope.targets if scope.cordoned_before(one))
    return Plan(
        id=name,
        kind="rotation",
        title=f"rotate {chosen.words}",
        context=about.context,
        cluster=about.cluster,
        at=now,
        targets=targets_of(scope, removers),
        steps=steps,
        pods=tuple([one.told for one in scope.leaving]),
        blockers=verdicts.blockers,
        warnings=verdicts.warnings,
        notes=(*verdicts.notes, *_of_batches(scope, batches)),
        surge=surge,
        undo=undo_of(steps, before),
        options={**(asked or {}), **said_of(options, removal)},
    )


def removers_of(scope: Scope) -> dict[NodeName, str]:
    """Who takes each target away once it is empty; those whom nobody is known to take are absent."""
    status = scope.snapshot.autoscaler
    groups = status.groups if status is not None and status.running else ()
    found: dict[NodeName, str] = {}
    for one in scope.targets:
        if is_karpenters(one):
            found[one.name] = "karpenter"
        elif one.ownership.provisioner == "ocean":
            found[one.name] = "ocean"
        elif any(group_of(name, groups) for name in _names(one)):
            found[one.name] = "cluster-autoscaler"
    return found


def is_karpenters(one: NodeView) -> bool:
    """Whether Karpenter, or Auto Mode, made the node."""
    return one.claim is not None or one.ownership.provisioner in KARPENTER


def _names(one: NodeView) -> tuple[str, ...]:
    return tuple(name for name in (one.ownership.group, one.ownership.pool) if name)


def removal_of(scope: Scope, removers: Mapping[NodeName, str]) -> frozenset[NodeName]:
    """Targets that are waited for until they are gone: where nothing was said, those of Karpenter."""
    until = scope.options.until
    if until == "empty":
        return frozenset()
    names = [one.name for one in scope.targets]
    return frozenset(name for name in names if until == "removed" or removers.get(name) == "karpenter")


def targets_of(scope: Scope, removers: Mapping[NodeName, str]) -> tuple[Target, ...]:
    """The nodes as the plan has them, those that are left alone among them, last."""
    left = {one.name: why for one, why in scope.skipped}
    every = [*scope.targets, *(one for one, _ in scope.skipped)]
    return tuple(
        Target(
            name=one.name,
            uid=one.record.uid,
            pool=one.pool,
            zone=one.traits.zone,
            provisioner=one.ownership.provisioner,
            cordoned_before=scope.cordoned_before(one),
            skipped=left.get(one.name, ""),
            hourly=one.price.hourly,
            claim=one.claim.name if one.claim is not None else "",
            removed_by=removers.get(one.name, ""),
        )
        for one in every
    )


def said_of(options: RotationOptions, removal: frozenset[NodeName]) -> dict[str, str | int | bool | None]:
    """The options as a plan keeps them; `until` is what it came to."""
    return {
        "cordon": options.cordon,
        "max_in_flight": options.max_in_flight,
        "max_restarts": options.max_restarts,
        "one_zone_at_a_time": options.one_zone_at_a_time,
        "settle_s": options.settle_s,
        "until": "removed" if removal else "empty",
        "evict_rest": options.evict_rest,
        "delete_empty_claims": options.delete_empty_claims,
        "accept": ",".join(options.accept),
        "deadline_s": options.deadline_s,
        "removal_s": options.removal_s,
    }


def _of_batches(scope: Scope, batches: tuple[Batch, ...]) -> tuple[Verdict, ...]:
    notes = []
    if not scope.targets:
        notes.append(Verdict("R1", "nodes", "all of them are being removed already: there is nothing to do"))
    if len(batches) > 1:
        twice = may_move_twice(scope, batches)
        moves = f"; up to {counted(twice, 'pod')} may move twice" if twice else ""
        if are_too_many(scope, len(batches)):
            moves += ", and not all of them are looked for again: use fewer batches, or --cordon all"
        notes.append(Verdict("batches", str(len(batches)), f"{counted(len(batches), 'batch', 'batches')}{moves}"))
    return tuple(notes)


def _slug(scope: Scope, chosen: Chosen) -> str:
    pools = {one.pool for one in scope.targets}
    return next(iter(pools)) or "nodes" if len(pools) == 1 else "nodes"


def new_id(now: float, slug: str, mark: str) -> str:
    """`20261121-153012-api-7f3c`: sorts by time, and is a value that a label may have."""
    at = datetime.fromtimestamp(now, UTC).strftime("%Y%m%d-%H%M%S")
    word = re.sub(r"[^a-z0-9]+", "-", slug.lower()).strip("-")[:24].strip("-") or "nodes"
    return f"{at}-{word}-{mark}"
