"""kwok's fake nodes, where nobody else claims them: Karpenter's kwok provider makes Karpenter's nodes."""

from __future__ import annotations

from nodeview.provisioners.contract import Ownership, Provisioner
from nodeview.records import Node, NodeClaim

_FAKE = "kwok.x-k8s.io/node"


def _owns(node: Node, claim: NodeClaim | None) -> Ownership | None:
    if node.labels.get(_FAKE) == "fake" or node.annotations.get(_FAKE) == "fake":
        return Ownership("kwok", None)
    return None


KWOK = Provisioner("kwok", owns=_owns)
