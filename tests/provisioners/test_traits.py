"""What a node's labels say of its machine, by today's labels and by the beta ones."""

from __future__ import annotations

from nodeview.provisioners import Traits, traits_of
from tests.builders import a_claim, a_node

STABLE = {
    "node.kubernetes.io/instance-type": "m6g.large",
    "topology.kubernetes.io/region": "us-east-1",
    "topology.kubernetes.io/zone": "us-east-1b",
    "topology.k8s.aws/zone-id": "use1-az2",
    "kubernetes.io/arch": "arm64",
    "kubernetes.io/os": "windows",
}
BETA = {
    "beta.kubernetes.io/instance-type": "m5.large",
    "failure-domain.beta.kubernetes.io/region": "eu-west-1",
    "failure-domain.beta.kubernetes.io/zone": "eu-west-1a",
    "beta.kubernetes.io/arch": "s390x",
    "beta.kubernetes.io/os": "other",
}


def test_stable_labels_count_before_beta_ones() -> None:
    found = Traits("m6g.large", "us-east-1", "us-east-1b", "use1-az2", "arm64", "windows", None)
    assert traits_of(a_node(labels=STABLE | BETA)) == found
    assert traits_of(a_claim(labels=STABLE)) == found


def test_beta_labels_count_where_there_are_no_others() -> None:
    assert traits_of(a_node(labels=BETA)) == Traits("m5.large", "eu-west-1", "eu-west-1a", None, "s390x", "other", None)


def test_a_node_without_labels_still_knows_its_architecture() -> None:
    assert traits_of(a_node()) == Traits(None, None, None, None, "amd64", "linux", None)
    assert traits_of(a_claim(labels={})) == Traits(None, None, None, None, None, None, None)
    assert traits_of(a_node(architecture="", operating_system="")).arch is None


def test_the_image_is_named_by_whoever_names_it() -> None:
    assert traits_of(a_node(labels={"eks.amazonaws.com/nodegroup-image": "ami-1"})).image == "ami-1"
    assert traits_of(a_node(labels={"karpenter.k8s.aws/instance-ami-id": "ami-2"})).image == "ami-2"
    aks = "AKSUbuntu-2204gen2containerd-202509.23.0"
    assert traits_of(a_node(labels={"kubernetes.azure.com/node-image-version": aks})).image == aks
