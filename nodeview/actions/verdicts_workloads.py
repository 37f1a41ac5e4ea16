"""Checks of the workloads that would be restarted: how they roll, how they stand, and whose they are."""

from __future__ import annotations

from collections.abc import Iterator

from nodeview.actions.rollout import is_rolling, rollout_state
from nodeview.actions.scope import Affected
from nodeview.actions.verdict import Found, Sight, counted

_GITOPS = {
    "argocd": "Argo CD",
    "argo-cd": "Argo CD",
    "kustomize-controller": "Flux",
    "helm-controller": "Flux",
    "flux": "Flux",
}
_MARKS = {"argocd.argoproj.io/": "Argo CD", "kustomize.toolkit.fluxcd.io/": "Flux", "helm.toolkit.fluxcd.io/": "Flux"}


def held_back(sight: Sight) -> Iterator[Found]:
    """R4: StatefulSets that do not replace these pods when they are restarted."""
    by_name: dict[str, list[str]] = {}
    for one in sight.scope.on("blocked"):
        workload = one.lineage.workload
        if workload is not None and workload.kind == "StatefulSet":
            by_name.setdefault(f"{workload.namespace}/{workload.name}", []).append(one.reason)
    for name, reasons in by_name.items():
        yield Found("block", name, f"{counted(len(reasons), 'pod')} here: {reasons[0]}")


def paused(sight: Sight) -> Iterator[Found]:
    """R5: Deployments that are paused."""
    names: dict[str, int] = {}
    for one in sight.scope.on("blocked"):
        workload = one.lineage.workload
        if workload is not None and workload.kind != "StatefulSet" and workload.rolling and workload.rolling.paused:
            name = f"{workload.namespace}/{workload.name}"
            names[name] = names.get(name, 0) + 1
    for name, many in names.items():
        words = f"it is paused: a restart would move none of its {counted(many, 'pod')} here; resume it first"
        yield Found("block", name, words)


def stuck(sight: Sight) -> Iterator[Found]:
    """R6: rollouts that do not get on, and such as are in flight and will be joined."""
    for one in sight.scope.affected:
        state = rollout_state(one.workload)
        if state.failed:
            yield Found("block", one.name, "its last rollout exceeded its progress deadline")
        elif is_rolling(one.workload):
            words = f"it is rolling now ({state.words}): waited for, then restarted only if pods of it are still here"
            yield Found("info", one.name, words)


def downtime(sight: Sight) -> Iterator[Found]:
    """R7: workloads of which nothing is left while they roll."""
    for one in sight.scope.affected:
        words = _downtime(one)
        if words:
            yield Found("warn", one.name, words)


def _downtime(one: Affected) -> str:
    if one.rolling.strategy == "Recreate":
        return "Recreate: all its pods stop before new ones start"
    surge, unavailable = one.posts
    if one.replicas == 1 and not surge:
        return "one replica that cannot surge: nothing of it runs until the new pod is ready"
    if one.surges and one.replicas and unavailable >= one.replicas:
        return f"all of its {one.replicas} pods may be missing at once ({unavailable} unavailable)"
    return ""


def unhealthy(sight: Sight) -> Iterator[Found]:
    """R8: workloads that lack pods already; one that is rolling is waited for first."""
    for one in sight.scope.affected:
        has = one.rolling.available if one.workload.kind != "StatefulSet" else one.rolling.ready
        if has < one.replicas and not is_rolling(one.workload):
            yield Found("block", one.name, f"{has} of {one.replicas} available before anything was done")


def unprobed(sight: Sight) -> Iterator[Found]:
    """R23: readiness that nobody asks for."""
    for one in sight.scope.affected:
        if not one.rolling.template.probed:
            yield Found("warn", one.name, "no readiness probe: that a new pod is available says little")


def governed(sight: Sight) -> Iterator[Found]:
    """R25: workloads whose spec belongs to another."""
    for one in sight.scope.affected:
        who = governor(one)
        if who:
            yield Found("warn", one.name, f"its spec belongs to {who}, which may take the restart back")


def governor(one: Affected) -> str:
    """Who writes this workload's spec; empty where nobody says so."""
    owner = one.workload.owner
    if owner is not None:
        return f"{owner.kind} {owner.name}" + (f" ({owner.group})" if owner.group else "")
    for manager in one.rolling.managers:
        for word, name in _GITOPS.items():
            if manager.startswith(word):
                return name
    marks = (*one.workload.labels, *one.workload.annotations)
    return next((name for key in marks for prefix, name in _MARKS.items() if key.startswith(prefix)), "")
