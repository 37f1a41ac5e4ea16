"""Who brought a node: a case for each rule, for each trap of their order, and one node of each kind."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from nodeview.provisioners import (
    Ownership,
    ProvisionerName,
    capacity_type_of,
    ownership_of,
    ownership_of_claim,
    ownership_of_pool,
)
from tests.builders import a_claim, a_node, a_pool, owner
from tests.provisioners.kinds_of_nodes import KINDS, Kind

NODEPOOL = {"karpenter.sh/nodepool": "shared"}
COMPUTE = "eks.amazonaws.com/compute-type"
EKSCTL = {"alpha.eksctl.io/nodegroup-name": "ng-1a", "alpha.eksctl.io/cluster-name": "prod"}
MANAGED = {"eks.amazonaws.com/nodegroup": "workers"}
OCEAN = {"spotinst.io/node-lifecycle": "spot", "spotinst.io/ocean-vng-id": "ols-1"}
FAKE = {"kwok.x-k8s.io/node": "fake"}
CLAIM_OWNER = (owner("NodeClaim", "alone-x7", "karpenter.sh"),)

RULES: dict[str, tuple[dict[str, Any], str, str | None]] = {
    "1": ({"labels": {COMPUTE: "fargate"}}, "fargate", None),
    "1b": ({"name": "fargate-ip-10-0-9-9.us-east-1.compute.internal"}, "fargate", None),
    "2": ({"labels": {COMPUTE: "auto", "karpenter.sh/nodepool": "system"}}, "eks-auto", "system"),
    "2b": ({"labels": {COMPUTE: "hybrid"}}, "eks-hybrid", None),
    "3": ({"labels": NODEPOOL}, "karpenter", "shared"),
    "4": ({"labels": {"karpenter.sh/provisioner-name": "api"}}, "karpenter", "api"),
    "5": ({"owners": CLAIM_OWNER}, "karpenter", "alone-x7"),
    "6": ({"labels": OCEAN}, "ocean", "ols-1"),
    "6-lifecycle-only": ({"labels": {"spotinst.io/node-lifecycle": "od"}}, "ocean", None),
    "6-group-only": ({"labels": {"spotinst.io/ocean-vng-id": "ols-2"}}, "ocean", "ols-2"),
    "7": ({"labels": MANAGED}, "eks-managed", "workers"),
    "8": ({"labels": EKSCTL}, "eksctl", "ng-1a"),
    "9": ({"labels": {"kops.k8s.io/instancegroup": "nodes-1a"}}, "kops", "nodes-1a"),
    "10": ({"labels": {"cloud.google.com/gke-nodepool": "default-pool"}}, "gke", "default-pool"),
    "11": ({"labels": {"kubernetes.azure.com/agentpool": "np1", "agentpool": "old"}}, "aks", "np1"),
    "11-legacy": ({"labels": {"agentpool": "np2"}}, "aks", "np2"),
    "12-label": ({"labels": FAKE}, "kwok", None),
    "12-annotation": ({"annotations": FAKE}, "kwok", None),
    "13": ({"labels": {"team.example/pool": "green"}}, "custom", "green"),
    "14": ({"labels": {"node-role.kubernetes.io/worker": ""}}, "self-managed", None),
}

ORDER: dict[str, tuple[dict[str, Any], str, str | None]] = {
    "fargate-before-custom": ({"labels": {COMPUTE: "fargate", "team.example/pool": "x"}}, "fargate", None),
    "auto-before-karpenter": ({"labels": {**NODEPOOL, COMPUTE: "auto"}}, "eks-auto", "shared"),
    "nodepool-before-provisioner": (
        {"labels": {"karpenter.sh/provisioner-name": "old", **NODEPOOL}},
        "karpenter",
        "shared",
    ),
    "nodepool-before-owner": ({"labels": NODEPOOL, "owners": CLAIM_OWNER}, "karpenter", "shared"),
    "karpenter-before-managed": ({"labels": {**MANAGED, **NODEPOOL}}, "karpenter", "shared"),
    "karpenter-before-kwok": ({"labels": {**FAKE, **NODEPOOL}}, "karpenter", "shared"),
    "ocean-before-eksctl": ({"labels": {**EKSCTL, **OCEAN}}, "ocean", "ols-1"),
    "managed-before-eksctl": ({"labels": {**EKSCTL, **MANAGED}}, "eks-managed", "workers"),
    "managed-before-kwok": ({"labels": MANAGED, "annotations": FAKE}, "eks-managed", "workers"),
    "kwok-before-custom": ({"labels": {"team.example/pool": "x"}, "annotations": FAKE}, "kwok", None),
    "another-group's-claim": ({"owners": (owner("NodeClaim", "x", "other.io"),)}, "self-managed", None),
    "another-kind-of-fargate": ({"labels": {COMPUTE: "other"}}, "self-managed", None),
    "kwok-must-say-fake": ({"annotations": {"kwok.x-k8s.io/node": "real"}}, "self-managed", None),
}


@pytest.mark.parametrize("case", [*RULES, *ORDER])
def test_rule(case: str) -> None:
    said, provisioner, pool = (RULES | ORDER)[case]
    found = ownership_of(a_node(**said), custom_labels=("team.example/pool",))
    assert (found.provisioner, found.pool) == (provisioner, pool)


@pytest.mark.parametrize("turn", range(len(RULES)), ids=list(RULES))
def test_rule_holds_over_every_later_one(turn: int) -> None:
    cases = list(RULES.values())[turn:]
    said: dict[str, Any] = {}
    for lower, _, _ in reversed(cases):
        for field, value in lower.items():
            said[field] = said.get(field, {}) | value if isinstance(value, dict) else value
    assert ownership_of(a_node(**said), custom_labels=("team.example/pool",)).provisioner == cases[0][1]


def test_every_rule_and_every_provisioner_has_its_case() -> None:
    numbers = {case.partition("-")[0] for case in RULES}
    assert numbers == {"1", "1b", "2", "2b", *(str(number) for number in range(3, 15))}
    assert {provisioner for _, provisioner, _ in RULES.values()} == set(get_args(ProvisionerName))


def test_custom_labels_are_asked_in_their_order() -> None:
    node = a_node(labels={"b": "second", "a": "first"})
    assert ownership_of(node, custom_labels=("a", "b")) == Ownership("custom", "first")
    assert ownership_of(node, custom_labels=("absent", "b")) == Ownership("custom", "second")
    assert ownership_of(node) == Ownership("self-managed", None)


def test_an_empty_label_names_no_pool() -> None:
    assert ownership_of(a_node(labels={"eks.amazonaws.com/nodegroup": ""})) == Ownership("eks-managed", None)


def test_a_claim_speaks_for_a_node_that_has_no_labels_yet() -> None:
    bare = a_node()
    assert ownership_of(bare, claim=a_claim()) == Ownership("karpenter", "default")
    assert ownership_of(bare, claim=a_claim("alone", labels={})) == Ownership("karpenter", "alone")
    auto = a_claim(labels={**NODEPOOL, "eks.amazonaws.com/nodeclass": "default"})
    assert ownership_of(bare, claim=auto) == Ownership("eks-auto", "shared")


def test_claims_and_pools_without_nodes_have_owners() -> None:
    assert ownership_of_claim(a_claim(labels=NODEPOOL)) == Ownership("karpenter", "shared")
    auto = a_claim(labels={**NODEPOOL, COMPUTE: "auto"})
    assert ownership_of_claim(auto) == Ownership("eks-auto", "shared")
    assert ownership_of_pool(a_pool()) == Ownership("karpenter", "default")
    assert ownership_of_pool(a_pool(node_class_group="eks.amazonaws.com")) == Ownership("eks-auto", "default")
    assert ownership_of_pool(a_pool(node_class_group="karpenter.kwok.sh")).provisioner == "karpenter"


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.node.name)
def test_each_kind_of_node(kind: Kind) -> None:
    assert ownership_of(kind.node) == Ownership(kind.provisioner, kind.pool)
    assert capacity_type_of(kind.node) == kind.capacity_type


def test_a_node_that_nobody_plays_or_labels_is_self_managed() -> None:
    played = next(kind.node for kind in KINDS if kind.node.name == "self-1")
    assert ownership_of(a_node("self-1", labels=played.labels)) == Ownership("self-managed", None)
    assert len(KINDS) == 15
