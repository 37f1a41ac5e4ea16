"""eksctl's own (unmanaged) node groups. It labels managed ones too: those are recognised first."""

from __future__ import annotations

from nodeview.provisioners.contract import Provisioner, capacity_by_label, owned_by_label

EKSCTL = Provisioner(
    "eksctl",
    owns=owned_by_label("eksctl", "alpha.eksctl.io/nodegroup-name"),
    capacity_type=capacity_by_label("node-lifecycle"),  # only its bootstrap of AL2 and Ubuntu sets this
)
