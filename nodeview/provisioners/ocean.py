"""Spot Ocean. It backs node groups of eksctl as well, so it is recognised before eksctl."""

from __future__ import annotations

from nodeview.provisioners.contract import Ownership, Provisioner, capacity_by_label
from nodeview.records import Node, NodeClaim

_VNG = "spotinst.io/ocean-vng-id"
_LIFECYCLE = "spotinst.io/node-lifecycle"


def _owns(node: Node, claim: NodeClaim | None) -> Ownership | None:
    group = node.labels.get(_VNG)
    if group is None and _LIFECYCLE not in node.labels:
        return None
    return Ownership("ocean", group or None)


OCEAN = Provisioner("Spot Ocean", owns=_owns, capacity_type=capacity_by_label(_LIFECYCLE))
