"""Every bringer of nodes, in the order in which they are asked; the first to know a node owns it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from nodeview.provisioners.cluster_autoscaler import CLUSTER_AUTOSCALER
from nodeview.provisioners.contract import Meaning, TaintMark
from nodeview.provisioners.eks import AUTO_MODE, FARGATE, HYBRID, MANAGED
from nodeview.provisioners.eksctl import EKSCTL
from nodeview.provisioners.karpenter import KARPENTER
from nodeview.provisioners.kwok import KWOK
from nodeview.provisioners.node_lifecycle import NODE_LIFECYCLE
from nodeview.provisioners.ocean import OCEAN
from nodeview.provisioners.other_clouds import AKS, GKE, KOPS
from nodeview.provisioners.termination_handler import TERMINATION_HANDLER
from nodeview.records import Taint

PROVISIONERS = (
    FARGATE,
    AUTO_MODE,  # before Karpenter, whose labels it bears
    HYBRID,
    KARPENTER,
    OCEAN,  # before eksctl, whose node groups it may back
    MANAGED,  # before eksctl, which labels managed node groups too
    EKSCTL,
    KOPS,
    GKE,
    AKS,
    KWOK,
    CLUSTER_AUTOSCALER,
    TERMINATION_HANDLER,
    NODE_LIFECYCLE,
)

CAPACITY_ORDER = (KARPENTER, MANAGED, OCEAN, EKSCTL, GKE, AKS, FARGATE)
"""Whose word on capacity counts first; it is not the order of ownership."""

OWNERS = tuple(one.owns for one in PROVISIONERS if one.owns is not None)
CAPACITY_READERS = tuple(one.capacity_type for one in CAPACITY_ORDER if one.capacity_type is not None)
STAY_ANNOTATIONS = tuple(key for one in PROVISIONERS for key in one.stay)

_MARKS = tuple(mark for one in PROVISIONERS for mark in one.taints)
_EXACT = {mark.key: mark for mark in _MARKS if not mark.key.endswith("/")}
_UNDER = {mark.key: mark for mark in _MARKS if mark.key.endswith("/")}

Marks = Mapping[Meaning, tuple[Taint, TaintMark]]
_NONE: Marks = {}


def mark_of(taint: Taint) -> TaintMark | None:
    """What this taint says of its node, if any member of the catalogue knows it."""
    exact = _EXACT.get(taint.key)
    if exact is not None:
        return exact
    prefix, slash, _ = taint.key.partition("/")
    return _UNDER.get(prefix + slash)


def marks_of(taints: Sequence[Taint]) -> Marks:
    """The first known taint of each meaning."""
    if not taints:
        return _NONE
    found: dict[Meaning, tuple[Taint, TaintMark]] = {}
    for taint in taints:
        mark = mark_of(taint)
        if mark is not None:
            found.setdefault(mark.means, (taint, mark))
    return found
