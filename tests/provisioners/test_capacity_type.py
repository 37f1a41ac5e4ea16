"""How capacity was bought: a case for each label, value and turn."""

from __future__ import annotations

from itertools import pairwise
from typing import get_args

import pytest

from nodeview.provisioners import CapacityType, capacity_type_of
from tests.builders import a_claim, a_node
from tests.provisioners.kinds_of_nodes import FARGATE_NAME

Case = tuple[dict[str, str], CapacityType | None]
KARPENTER = "karpenter.sh/capacity-type"
RESERVATION = "karpenter.k8s.aws/capacity-reservation-type"
MANAGED = "eks.amazonaws.com/capacityType"

LABELS: dict[str, Case] = {
    "karpenter-on-demand": ({KARPENTER: "on-demand"}, "on-demand"),
    "karpenter-spot": ({KARPENTER: "spot"}, "spot"),
    "karpenter-reserved": ({KARPENTER: "reserved"}, "reserved"),
    "karpenter-odcr": ({KARPENTER: "reserved", RESERVATION: "default"}, "reserved"),
    "karpenter-capacity-block": ({KARPENTER: "reserved", RESERVATION: "capacity-block"}, "capacity-block"),
    "karpenter-demoted": ({KARPENTER: "on-demand", RESERVATION: "capacity-block"}, "on-demand"),
    "managed-ON_DEMAND": ({MANAGED: "ON_DEMAND"}, "on-demand"),
    "managed-SPOT": ({MANAGED: "SPOT"}, "spot"),
    "managed-CAPACITY_BLOCK": ({MANAGED: "CAPACITY_BLOCK"}, "capacity-block"),
    "eksctl-spot": ({"node-lifecycle": "spot"}, "spot"),
    "eksctl-on-demand": ({"node-lifecycle": "on-demand"}, "on-demand"),
    "ocean-od": ({"spotinst.io/node-lifecycle": "od"}, "on-demand"),
    "ocean-on-demand": ({"spotinst.io/node-lifecycle": "on-demand"}, "on-demand"),
    "ocean-spot": ({"spotinst.io/node-lifecycle": "spot"}, "spot"),
    "gke-spot": ({"cloud.google.com/gke-spot": "true"}, "spot"),
    "gke-preemptible": ({"cloud.google.com/gke-preemptible": "true"}, "spot"),
    "gke-provisioning-standard": ({"cloud.google.com/gke-provisioning": "standard"}, "on-demand"),
    "gke-provisioning-spot": ({"cloud.google.com/gke-provisioning": "spot"}, "spot"),
    "gke-provisioning-preemptible": ({"cloud.google.com/gke-provisioning": "preemptible"}, "spot"),
    "gke-not-spot": ({"cloud.google.com/gke-spot": "false"}, None),
    "aks-scaleset-spot": ({"kubernetes.azure.com/scalesetpriority": "spot"}, "spot"),
    "aks-scaleset-regular": ({"kubernetes.azure.com/scalesetpriority": "regular"}, "on-demand"),
    "aks-priority-spot": ({"kubernetes.azure.com/priority": "spot"}, "spot"),
    "aks-priority-regular": ({"kubernetes.azure.com/priority": "regular"}, "on-demand"),
    "fargate": ({"eks.amazonaws.com/compute-type": "fargate"}, "fargate"),
    "convention-Ec2Spot": ({"lifecycle": "Ec2Spot"}, "spot"),
    "convention-OnDemand": ({"lifecycle": "OnDemand"}, "on-demand"),
    "convention-normal": ({"node.kubernetes.io/lifecycle": "normal"}, "on-demand"),
    "convention-purchase-aws": ({"aws.amazon.com/purchaseType": "spot"}, "spot"),
    "convention-purchase-karpenter": ({"node.karpenter.io/purchaseType": "on-demand"}, "on-demand"),
    "convention-spot": ({"aws.amazon.com/spot": "true"}, "spot"),
    "convention-not-spot": ({"aws.amazon.com/spot": "false"}, None),
    "auto-mode-says-nothing": ({"eks.amazonaws.com/compute-type": "auto"}, None),
    "nothing": ({}, None),
    "a-word-nobody-knows": ({KARPENTER: "borrowed"}, None),
}

IN_TURN: tuple[tuple[str, dict[str, str], CapacityType], ...] = (
    ("custom", {"team.example/bought": "RESERVED"}, "reserved"),
    ("karpenter", {KARPENTER: "reserved", RESERVATION: "capacity-block"}, "capacity-block"),
    ("managed", {MANAGED: "SPOT"}, "spot"),
    ("ocean", {"spotinst.io/node-lifecycle": "od"}, "on-demand"),
    ("eksctl", {"node-lifecycle": "spot"}, "spot"),
    ("gke", {"cloud.google.com/gke-provisioning": "standard"}, "on-demand"),
    ("aks", {"kubernetes.azure.com/scalesetpriority": "spot"}, "spot"),
    ("fargate", {"eks.amazonaws.com/compute-type": "fargate"}, "fargate"),
    ("convention", {"lifecycle": "Ec2Spot"}, "spot"),
)
"""In the order of resolution; no two neighbours say the same, so that a swap is seen."""


@pytest.mark.parametrize("case", LABELS)
def test_label(case: str) -> None:
    labels, said = LABELS[case]
    assert capacity_type_of(a_node(labels=labels)) == said


def test_every_capacity_type_has_its_case() -> None:
    assert {said for _, said in LABELS.values()} == {*get_args(CapacityType), None}


@pytest.mark.parametrize("turn", range(len(IN_TURN)), ids=[name for name, _, _ in IN_TURN])
def test_whose_word_counts(turn: int) -> None:
    labels = {key: value for _, own, _ in IN_TURN[turn:] for key, value in own.items()}
    found = capacity_type_of(a_node(labels=labels), custom={"team.example/bought": {}})
    assert found == IN_TURN[turn][2]


def test_neighbours_in_turn_can_be_told_apart() -> None:
    said = [one for _, _, one in IN_TURN]
    assert all(before != after for before, after in pairwise(said))


def test_the_users_own_values_are_translated() -> None:
    custom = {"team.example/bought": {"cheap": "spot", "dear": "nonsense"}}
    node = a_node(labels={"team.example/bought": "cheap", KARPENTER: "on-demand"})
    assert capacity_type_of(node, custom=custom) == "spot"
    assert capacity_type_of(a_node(labels={"team.example/bought": "other"}), custom=custom) is None
    dear = a_node(labels={"team.example/bought": "dear", KARPENTER: "on-demand"})
    assert capacity_type_of(dear, custom=custom) == "on-demand"


def test_the_claim_speaks_where_the_node_is_silent() -> None:
    claim = a_claim(labels={KARPENTER: "spot"})
    assert capacity_type_of(a_node(), claim=claim) == "spot"
    assert capacity_type_of(a_node(labels={KARPENTER: "on-demand"}), claim=claim) == "on-demand"
    assert capacity_type_of(claim) == "spot"


def test_a_fargate_node_is_known_by_its_name_and_a_claim_is_not() -> None:
    assert capacity_type_of(a_node(FARGATE_NAME)) == "fargate"
    assert capacity_type_of(a_claim("fargate-like-x7", labels={})) is None
