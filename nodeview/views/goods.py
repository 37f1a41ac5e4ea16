"""What a node is, as a price list sees it: worked out once for all nodes that are alike."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from nodeview.pricing import FargateSize, Goods, OperatingSystem
from nodeview.provisioners import CapacityType, Ownership, ProvisionerName, Traits
from nodeview.records import NANO, Node, Pod

COMPUTE_TYPE = "eks.amazonaws.com/compute-type"
TENANCY = "karpenter.k8s.aws/instance-tenancy"

_GIB = 2**30 * NANO
_ZONE = r"([a-z]{2,4}(?:-[a-z]+)+-\d+)(?:[a-z]|-[a-z0-9-]+)"
"""A zone's name: its region, then a letter, or the rest of a local zone's (`us-west-2-lax-1a`)."""
_PROVISIONED = r"([0-9.]+)vCPU ([0-9.]+)GB"
_SYSTEMS: tuple[tuple[str, OperatingSystem], ...] = (
    ("Red Hat Enterprise Linux CoreOS", "linux"),  # OpenShift's, which EC2 bills as Linux
    ("Red Hat Enterprise Linux", "rhel"),
    ("SUSE Linux Enterprise", "suse"),
    ("Ubuntu Pro", "ubuntu-pro"),
    ("Windows", "windows"),
)
_STEPS: tuple[tuple[int, tuple[int, ...]], ...] = (
    (250, (512, 1024, 2048)),
    (500, tuple(range(1024, 4096 + 1, 1024))),
    (1000, tuple(range(2048, 8192 + 1, 1024))),
    (2000, tuple(range(4096, 16384 + 1, 1024))),
    (4000, tuple(range(8192, 30720 + 1, 1024))),
    (8000, tuple(range(16384, 61440 + 1, 4096))),
    (16000, tuple(range(32768, 122880 + 1, 8192))),
)
"""What Fargate provisions: milli-cores, and the MiB that go with them."""
_OWN_MIB = 256
"""Fargate adds so much to a pod's memory for its own components."""


def goods_of(
    node: Node,
    traits: Traits,
    ownership: Ownership,
    capacity_type: CapacityType | None,
    pods: Iterable[Pod],
    asked_labels: Collection[str],
) -> Goods:
    """What a price list would have to be asked for.

    `pods` are those of the node, finished ones included: Fargate bills them until they are deleted. The labels are
    those that the price book asks for.
    """
    provider, zone = _of_provider_id(node.provider_id)
    get = node.labels.get
    labels = tuple([(key, value) for key in sorted(asked_labels) if (value := get(key)) is not None])
    known = (traits.region is not None and traits.zone is not None) or provider != "aws"
    return _goods(
        provider,
        "" if known else zone,
        traits,
        ownership.provisioner,
        get(COMPUTE_TYPE),
        capacity_type,
        node.os_image,
        get(TENANCY),
        _fargate(pods) if capacity_type == "fargate" else None,
        labels,
    )


@lru_cache(maxsize=1 << 13)
def _goods(
    provider: str,
    zone_of_id: str,
    traits: Traits,
    provisioner: ProvisionerName,
    compute_type: str | None,
    capacity_type: CapacityType | None,
    os_image: str,
    tenancy: str | None,
    fargate: FargateSize | None,
    labels: tuple[tuple[str, str], ...],
) -> Goods:
    zone = traits.zone or zone_of_id or None
    return Goods(
        provider=provider,
        region=traits.region or (_region(zone) if provider == "aws" else None),
        zone=zone,
        zone_id=traits.zone_id,
        instance_type=traits.instance_type,
        os=_system(traits.os, os_image),
        tenancy="dedicated" if tenancy == "dedicated" else "shared",
        purchase=capacity_type or "on-demand",
        purchase_said=capacity_type is not None,
        auto_mode=compute_type == "auto" or provisioner == "eks-auto",
        hybrid=compute_type == "hybrid" or "eks-hybrid" in (provisioner, provider),
        fargate=fargate,
        arch=traits.arch or "amd64",
        labels=labels,
    )


def _of_provider_id(provider_id: str) -> tuple[str, str]:
    """The scheme of a provider id, and the zone that AWS's holds: `aws:///us-east-1a/i-0123`."""
    scheme, colon, rest = provider_id.partition("://")
    if not colon:
        return "", ""
    parts = rest.split("/", 3)
    return scheme, parts[1] if scheme == "aws" and len(parts) > 2 else ""


def _region(zone: str | None) -> str | None:
    found = re.fullmatch(_ZONE, zone) if zone else None
    return found[1] if found else None


def _system(said: str | None, image: str) -> OperatingSystem:
    if said == "windows":
        return "windows"
    return next((system for words, system in _SYSTEMS if image.startswith(words)), "linux")


def _fargate(pods: Iterable[Pod]) -> FargateSize | None:
    """What Fargate provisioned for the one pod of its node; None where no pod is known."""
    every = list(pods)
    for pod in sorted(every, key=lambda pod: (pod.finished, not pod.fargate_capacity, pod.name)):
        ephemeral = pod.requests.get("ephemeral-storage", 0)
        said = _said_size(pod.fargate_capacity, ephemeral)
        return said if said is not None else fargate_size(pod.requests, ephemeral)
    return None


@lru_cache(maxsize=512)
def _said_size(said: str, ephemeral: int) -> FargateSize | None:
    found = re.fullmatch(_PROVISIONED, said.strip())
    if found is None:
        return None
    try:
        cpu, memory = (Decimal(word) for word in found.groups())
    except InvalidOperation:
        return None
    return FargateSize(int(cpu * NANO), int(memory * _GIB), ephemeral)


def fargate_size(requests: Mapping[str, int], ephemeral: int = 0) -> FargateSize | None:
    """What Fargate will provision for a pod that requests so much; None where that is more than it has."""
    cpu, memory = requests.get("cpu", 0), requests.get("memory", 0) + _OWN_MIB * _GIB // 1024
    for cores, steps in _STEPS:
        if cpu > cores * NANO // 1000:
            continue
        for mib in steps:
            if memory <= mib * _GIB // 1024:
                return FargateSize(cores * NANO // 1000, mib * _GIB // 1024, ephemeral, said=False)
    return None
