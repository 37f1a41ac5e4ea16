"""All reasons for which a node is still here, by whoever rules over it."""

from __future__ import annotations

from collections.abc import Iterator

from nodeview.insights.staying import NodeStay, Staying
from nodeview.insights.staying_autoscaler import CANDIDATE, autoscaler_reasons
from nodeview.insights.staying_karpenter import karpenter_reasons
from nodeview.insights.staying_leaving import is_leaving, leaving_reasons
from nodeview.insights.staying_pods import NOBODY, RESTRICT_SCALE_DOWN, Tenants, called, tenants_of, wish
from nodeview.insights.staying_reason import Stay

KARPENTERS = ("karpenter", "eks-auto")
PDBS = "poddisruptionbudgets.policy"


def reasons_of(all_: Staying, known: NodeStay, now: float) -> Iterator[Stay]:
    """What keeps this node, in no order."""
    view, tenants = known.view, _tenants(all_, known)
    provisioner = view.ownership.provisioner
    if is_leaving(view, known.drain):
        yield from leaving_reasons(view, known.drain, known.attached, all_.budgets, now)
    elif view.counts is None:
        yield Stay("unknown", view.unknown["pods"])
    elif provisioner == "fargate":
        pod = f": {called(view.pods)}" if view.pods else ""
        yield Stay("fargate", f"Fargate keeps it for its pod{pod}")
    elif known.share is not None or provisioner in KARPENTERS:
        pool = all_.pools.get(known.share.pool) if known.share is not None else None
        yield from karpenter_reasons(view, tenants, pool, all_.budgets, known.word, now)
        yield from (Stay("unknown", words) for words in all_.unheard.values())
    elif provisioner == "ocean":
        yield from _ocean(tenants)
    elif all_.has_autoscaler or view.record.taint(CANDIDATE) is not None:
        group = all_.groups.get(view.ownership.group or view.pool or "")
        yield from autoscaler_reasons(view, tenants, group, all_.budgets)
        if PDBS in all_.unheard:
            yield Stay("unknown", all_.unheard[PDBS])
    else:
        yield Stay("no_autoscaler", "no autoscaler is known that would take it away")


def _tenants(all_: Staying, known: NodeStay) -> Tenants:
    if known.view.counts is None:
        return NOBODY
    if not known.tenants:
        known.tenants.append(tenants_of(known.view, all_.budgets, all_.is_balloon))
    return known.tenants[0]


def _ocean(tenants: Tenants) -> Iterator[Stay]:
    asking = [pod for pod in tenants.wishing if pod.deleted is None and wish(pod, RESTRICT_SCALE_DOWN) == "true"]
    if asking:
        yield Stay("pod_annotation", f"{RESTRICT_SCALE_DOWN} on {called(asking)}")
    else:
        yield Stay("unknown", "Ocean does not say why it keeps it")
