"""Fifteen nodes, one of each kind of owner, with the labels they bear in life; kwok plays them all."""

from __future__ import annotations

from typing import NamedTuple

from nodeview.provisioners import CapacityType, ProvisionerName
from nodeview.records import Node
from tests.builders import a_node


class Kind(NamedTuple):
    """A node, and what is to be said of it."""

    node: Node
    provisioner: ProvisionerName
    pool: str | None
    capacity_type: CapacityType | None


def played(name: str, instance_type: str, zone: str, labels: dict[str, str], provider_id: str | None = None) -> Node:
    """A fake node of this name with the labels that every node has and its owner's."""
    machine = {
        "kubernetes.io/hostname": name,
        "kubernetes.io/os": "linux",
        "node.kubernetes.io/instance-type": instance_type,
        "topology.kubernetes.io/zone": zone,
    }
    return a_node(
        name,
        labels=machine | labels,
        annotations={"kwok.x-k8s.io/node": "fake"},
        provider_id=f"aws:///{zone}/i-{name}" if provider_id is None else provider_id,
    )


FARGATE_NAME = "fargate-ip-10-0-9-9.us-east-1.compute.internal"
KARPENTER = {"karpenter.sh/registered": "true", "karpenter.sh/initialized": "true"}

KINDS = (
    Kind(
        played(
            "mng-1",
            "m5.large",
            "us-east-1a",
            {
                "eks.amazonaws.com/nodegroup": "workers",
                "eks.amazonaws.com/capacityType": "ON_DEMAND",
                "eks.amazonaws.com/nodegroup-image": "ami-0a1b2c3d4e5f60718",
            },
        ),
        "eks-managed",
        "workers",
        "on-demand",
    ),
    Kind(
        played(
            "mng-eksctl-1",
            "m5.xlarge",
            "us-east-1b",
            {
                "eks.amazonaws.com/nodegroup": "ng-1b-v7",
                "eks.amazonaws.com/capacityType": "SPOT",
                "alpha.eksctl.io/nodegroup-name": "ng-1b-v7",
                "alpha.eksctl.io/cluster-name": "prod",
            },
        ),
        "eks-managed",
        "ng-1b-v7",
        "spot",
    ),
    Kind(
        played(
            "eksctl-1",
            "c5.xlarge",
            "us-east-1a",
            {
                "alpha.eksctl.io/nodegroup-name": "ng-1a-v6",
                "alpha.eksctl.io/cluster-name": "prod",
                "alpha.eksctl.io/instance-id": "i-0c000000000000003",
                "node-lifecycle": "on-demand",
            },
        ),
        "eksctl",
        "ng-1a-v6",
        "on-demand",
    ),
    Kind(played("self-1", "r5.large", "us-east-1c", {}), "kwok", None, None),
    Kind(
        played(FARGATE_NAME, "", "us-east-1a", {"eks.amazonaws.com/compute-type": "fargate"}),
        "fargate",
        None,
        "fargate",
    ),
    Kind(
        played(
            "karpenter-1",
            "m6g.large",
            "us-east-1b",
            KARPENTER
            | {
                "karpenter.sh/nodepool": "shared",
                "karpenter.sh/capacity-type": "spot",
                "karpenter.k8s.aws/ec2nodeclass": "default",
            },
        ),
        "karpenter",
        "shared",
        "spot",
    ),
    Kind(
        played(
            "karpenter-reserved-1",
            "p5.48xlarge",
            "us-east-1b",
            KARPENTER
            | {
                "karpenter.sh/nodepool": "training",
                "karpenter.sh/capacity-type": "reserved",
                "karpenter.k8s.aws/capacity-reservation-type": "capacity-block",
                "karpenter.k8s.aws/capacity-reservation-id": "cr-0123456789abcdef0",
            },
        ),
        "karpenter",
        "training",
        "capacity-block",
    ),
    Kind(
        played(
            "karpenter-v1alpha5-1",
            "m5.2xlarge",
            "us-east-1a",
            {
                "karpenter.sh/provisioner-name": "default",
                "karpenter.sh/capacity-type": "on-demand",
                "karpenter.sh/initialized": "true",
                "karpenter.k8s.aws/instance-family": "m5",
            },
        ),
        "karpenter",
        "default",
        "on-demand",
    ),
    Kind(
        played(
            "automode-1",
            "c6g.large",
            "us-east-1c",
            KARPENTER
            | {
                "eks.amazonaws.com/compute-type": "auto",
                "karpenter.sh/nodepool": "general-purpose",
                "karpenter.sh/capacity-type": "on-demand",
                "eks.amazonaws.com/nodeclass": "default",
                "eks.amazonaws.com/instance-family": "c6g",
            },
        ),
        "eks-auto",
        "general-purpose",
        "on-demand",
    ),
    Kind(
        played(
            "ocean-1",
            "m5.xlarge",
            "us-east-1a",
            {"spotinst.io/node-lifecycle": "od", "spotinst.io/ocean-vng-id": "ols-1a2b3c4d"},
        ),
        "ocean",
        "ols-1a2b3c4d",
        "on-demand",
    ),
    Kind(
        played(
            "ocean-eksctl-1",
            "m5.xlarge",
            "us-east-1b",
            {
                "spotinst.io/node-lifecycle": "spot",
                "spotinst.io/ocean-vng-id": "ols-5e6f7a8b",
                "alpha.eksctl.io/nodegroup-name": "ocean-ng",
                "alpha.eksctl.io/cluster-name": "prod",
            },
        ),
        "ocean",
        "ols-5e6f7a8b",
        "spot",
    ),
    Kind(
        played(
            "gke-1",
            "e2-standard-4",
            "us-central1-a",
            {
                "cloud.google.com/gke-nodepool": "default-pool",
                "cloud.google.com/gke-spot": "true",
                "cloud.google.com/gke-provisioning": "spot",
            },
            "gce://project/us-central1-a/gke-1",
        ),
        "gke",
        "default-pool",
        "spot",
    ),
    Kind(
        played(
            "aks-1",
            "Standard_D4s_v5",
            "eastus-1",
            {
                "kubernetes.azure.com/agentpool": "nodepool1",
                "agentpool": "nodepool1",
                "kubernetes.azure.com/scalesetpriority": "spot",
                "kubernetes.azure.com/mode": "user",
            },
            "azure:///subscriptions/0/resourceGroups/rg/virtualMachineScaleSets/aks/virtualMachines/0",
        ),
        "aks",
        "nodepool1",
        "spot",
    ),
    Kind(
        played("kops-1", "m5.large", "us-east-1a", {"kops.k8s.io/instancegroup": "nodes-us-east-1a"}),
        "kops",
        "nodes-us-east-1a",
        None,
    ),
    Kind(
        played(
            "no-provider-id-1",
            "m5.large",
            "us-east-1a",
            {"eks.amazonaws.com/nodegroup": "workers", "eks.amazonaws.com/capacityType": "ON_DEMAND"},
            "",
        ),
        "eks-managed",
        "workers",
        "on-demand",
    ),
)
