"""The eviction subresource: a pod's end, if its PodDisruptionBudget allows one."""

from __future__ import annotations

from nodeview.demo import status
from nodeview.demo.objects import get_condition, pod_condition, set_condition
from nodeview.demo.requests import Target
from nodeview.demo.resources import PDBS, PODS, Obj
from nodeview.demo.selectors import match_labels
from nodeview.demo.store import Store

SUCCESS: Obj = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "code": 201}


def budgets(store: Store, pod: Obj) -> list[Obj]:
    """The PodDisruptionBudgets that speak of a pod."""
    labels = pod["metadata"].get("labels") or {}
    namespace = pod["metadata"]["namespace"]
    return [
        pdb
        for pdb in store.objects(PDBS)
        if pdb["metadata"]["namespace"] == namespace and match_labels(pdb["spec"].get("selector"), labels)
    ]


def allow(store: Store, pod: Obj) -> Obj | None:
    """The budget that an eviction takes from, None when none is asked; refuses what is not allowed."""
    phase = pod.get("status", {}).get("phase", "Pending")
    if phase in ("Pending", "Succeeded", "Failed") or "deletionTimestamp" in pod["metadata"]:
        return None
    found = budgets(store, pod)
    if len(found) > 1:
        raise status.many_budgets()
    if not found:
        return None
    budget = found[0]
    name, said = budget["metadata"]["name"], budget.get("status", {})
    ready = get_condition(pod, "Ready")
    if not ready or ready["status"] != "True":
        healthy, desired = said.get("currentHealthy", 0), said.get("desiredHealthy", 0)
        if budget["spec"].get("unhealthyPodEvictionPolicy") == "AlwaysAllow" or healthy >= desired > 0:
            return None
    if said.get("observedGeneration", 0) < budget["metadata"].get("generation", 1):
        raise status.budget_unread(name)
    if said.get("disruptionsAllowed", 0) <= 0:
        raise status.budget_refuses(name, said.get("desiredHealthy", 0), said.get("currentHealthy", 0))
    return budget


def evict(store: Store, target: Target, eviction: Obj, dry: bool, now: float) -> Obj:
    """Evict a pod; refuses with 404, 409 or 429."""
    entry = store[PODS].entries.get((target.namespace, target.name))
    if entry is None:
        raise status.not_found(PODS, target.name)
    words = eviction.get("deleteOptions") or {}
    uid = (words.get("preconditions") or {}).get("uid")
    if uid and uid != entry.obj["metadata"]["uid"]:
        raise status.uid_conflict(PODS, target.name, uid, entry.obj["metadata"]["uid"])
    budget = allow(store, entry.obj)
    if dry or words.get("dryRun"):
        return SUCCESS
    if budget:
        take(store, budget)
    disrupt(store, entry.key, "EvictionByEvictionAPI", "Eviction API: evicting", now)
    store.delete(PODS, entry.key, now, words.get("gracePeriodSeconds"))
    return SUCCESS


def disrupt(store: Store, key: tuple[str, str], reason: str, message: str, now: float) -> None:
    """Say on a running pod why it is about to end."""
    entry = store[PODS].entries[key]
    if entry.obj["status"].get("phase") != "Running" or "deletionTimestamp" in entry.obj["metadata"]:
        return
    pod = entry.thaw()
    said = pod_condition("DisruptionTarget", "True", now, reason, message)
    del said["observedGeneration"]
    set_condition(pod, said)
    store.update(PODS, pod)


def take(store: Store, budget: Obj) -> None:
    """Count one disruption less in a budget, as the API server does until the controller looks again."""
    entry = store[PDBS].entries[(budget["metadata"]["namespace"], budget["metadata"]["name"])]
    changed = entry.thaw()
    changed["status"]["disruptionsAllowed"] -= 1
    store.update(PDBS, changed)
