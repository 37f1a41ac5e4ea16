"""What one bringer of nodes is to the others: whom it owns, its capacity words, its taints, its annotations.

One file per member, one line in `catalogue`. Not every member owns nodes: the Cluster Autoscaler, the
termination handler and Kubernetes itself only leave taints.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

import msgspec

from nodeview.records import Node, NodeClaim

ProvisionerName = Literal[
    "karpenter",
    "eks-auto",
    "eks-managed",
    "eksctl",
    "fargate",
    "eks-hybrid",
    "ocean",
    "kops",
    "gke",
    "aks",
    "kwok",
    "custom",
    "self-managed",
]
CapacityType = Literal["on-demand", "spot", "reserved", "capacity-block", "fargate"]
Meaning = Literal["draining", "interrupted", "arriving", "not_ready", "candidate", "pressure"]
"""What a taint says of its node; the words are those of phases and badges."""

Labels = Mapping[str, str]


class Ownership(msgspec.Struct, frozen=True, gc=False):
    """Who brought a node, and the pool (node group, NodePool, agent pool …) it belongs to, where that is said."""

    provisioner: ProvisionerName
    pool: str | None
    group: str | None = None
    """What the label itself says, where a pattern of the user's gathered several groups into `pool`."""


class TaintMark(msgspec.Struct, frozen=True, gc=False):
    """What a taint tells about its node. A key that ends in `/` stands for every taint under it."""

    key: str
    means: Meaning
    reason: str = ""
    """A short phrase for a person; it holds no age."""
    value_is_time: bool = False
    """The taint's value is the epoch second at which it was set."""


Owns = Callable[[Node, NodeClaim | None], Ownership | None]
ReadsCapacity = Callable[[Labels], CapacityType | None]


class Provisioner(msgspec.Struct, frozen=True):
    """One bringer of nodes, or one that leaves marks on them. What it does not know, it leaves empty."""

    name: str
    """As its makers write it."""
    owns: Owns | None = None
    capacity_type: ReadsCapacity | None = None
    taints: tuple[TaintMark, ...] = ()
    stay: tuple[str, ...] = ()
    """Node annotations which, when `true`, ask that the node be left alone."""


_CAPACITY_WORDS: Mapping[str, CapacityType] = {
    "on-demand": "on-demand",
    "ondemand": "on-demand",
    "od": "on-demand",
    "normal": "on-demand",
    "regular": "on-demand",
    "standard": "on-demand",
    "spot": "spot",
    "ec2spot": "spot",
    "preemptible": "spot",
    "reserved": "reserved",
    "capacity-block": "capacity-block",
    "fargate": "fargate",
}


def capacity_word(value: str | None) -> CapacityType | None:
    """The capacity type that a label's value means, in any of the field's spellings; None where it means none."""
    if value is None:
        return None
    known = _CAPACITY_WORDS.get(value)
    return known if known is not None else _CAPACITY_WORDS.get(value.strip().lower().replace("_", "-"))


def owned_by_label(provisioner: ProvisionerName, *keys: str) -> Owns:
    """A rule: a node with one of these labels is this provisioner's, and the value is its pool."""

    def owns(node: Node, claim: NodeClaim | None) -> Ownership | None:
        for key in keys:
            pool = node.labels.get(key)
            if pool is not None:
                return Ownership(provisioner, pool or None)
        return None

    return owns


def capacity_by_label(*keys: str) -> ReadsCapacity:
    """A rule: the first of these labels with a word for a capacity type says it."""

    def capacity_type(labels: Labels) -> CapacityType | None:
        for key in keys:
            value = labels.get(key)
            if value is not None and (known := capacity_word(value)) is not None:
                return known
        return None

    return capacity_type
