"""How a node's capacity was bought: on-demand, spot, reserved, capacity block, Fargate; or nobody says."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from nodeview.provisioners.catalogue import CAPACITY_READERS
from nodeview.provisioners.contract import CapacityType, Labels, capacity_by_label, capacity_word
from nodeview.provisioners.eks import is_fargate
from nodeview.records import Node, NodeClaim

CustomCapacity = Mapping[str, Mapping[str, str]]
"""The user's own words: label key → label value → capacity type; with an empty inner mapping, the usual words hold."""

_NO_CUSTOM: CustomCapacity = MappingProxyType({})
_by_convention = capacity_by_label(
    "aws.amazon.com/purchaseType", "node.karpenter.io/purchaseType", "node.kubernetes.io/lifecycle", "lifecycle"
)


def capacity_type_of(
    bearer: Node | NodeClaim, *, claim: NodeClaim | None = None, custom: CustomCapacity = _NO_CUSTOM
) -> CapacityType | None:
    """The capacity type of a node, or of a NodeClaim without one; None where nothing says it.

    It may change in a node's life: a reserved node can be relabelled on-demand. Where the node's own labels are
    silent, as before registration, those of its NodeClaim `claim` are read.
    """
    said = _of_labels(bearer.labels, custom)
    if said is None and claim is not None:
        said = _of_labels(claim.labels, custom)
    if said is None and isinstance(bearer, Node) and is_fargate(bearer):
        return "fargate"
    return said


def _of_labels(labels: Labels, custom: CustomCapacity) -> CapacityType | None:
    for key, words in custom.items():
        value = labels.get(key)
        if value is not None and (mine := capacity_word(words.get(value, value))) is not None:
            return mine
    for read in CAPACITY_READERS:
        said = read(labels)
        if said is not None:
            return said
    if labels.get("aws.amazon.com/spot") == "true":
        return "spot"
    return _by_convention(labels)
