"""The instance types and node pools of the demo cluster."""

from __future__ import annotations

from dataclasses import dataclass

REGION = "us-east-1"
ZONE_IDS = {"us-east-1a": "use1-az4", "us-east-1b": "use1-az6", "us-east-1c": "use1-az1"}
ZONES = tuple(ZONE_IDS)
DOMAIN = "ec2.internal"
"""What the names of nodes end in there."""


@dataclass(frozen=True, slots=True)
class InstanceType:
    """One EC2 instance type: virtual CPUs, memory in MiB, most pods."""

    name: str
    cpus: int
    mebibytes: int
    pods: int
    arch: str

    @property
    def allocatable_cpu(self) -> int:
        """Milli-cores left after EKS's reservation for the kubelet and the system."""
        reserved = 60 + 10 * (self.cpus > 1) + 5 * max(0, min(self.cpus, 4) - 2) + 2.5 * max(0, self.cpus - 4)
        return int(self.cpus * 1000 - reserved)

    @property
    def allocatable_memory(self) -> int:
        """KiB left after EKS's reservation, the eviction threshold and what the hypervisor keeps."""
        return self.capacity_memory - (11 * self.pods + 255 + 100) * 1024

    @property
    def capacity_memory(self) -> int:
        """KiB that the kernel sees."""
        return int(self.mebibytes * 1024 * 0.975)


TYPES = {
    one.name: one
    for one in (
        InstanceType("m7g.large", 2, 8192, 29, "arm64"),
        InstanceType("m7g.xlarge", 4, 16384, 58, "arm64"),
        InstanceType("m7g.2xlarge", 8, 32768, 58, "arm64"),
        InstanceType("m7g.4xlarge", 16, 65536, 234, "arm64"),
        InstanceType("c7g.large", 2, 4096, 29, "arm64"),
        InstanceType("c7g.xlarge", 4, 8192, 58, "arm64"),
        InstanceType("c7g.2xlarge", 8, 16384, 58, "arm64"),
        InstanceType("r7g.xlarge", 4, 32768, 58, "arm64"),
        InstanceType("r9g.xlarge", 4, 32768, 58, "arm64"),  # too new for any price list
        InstanceType("m5.large", 2, 8192, 29, "amd64"),
        InstanceType("m5.xlarge", 4, 16384, 58, "amd64"),
        InstanceType("m5.2xlarge", 8, 32768, 58, "amd64"),
        InstanceType("m5.4xlarge", 16, 65536, 234, "amd64"),
        InstanceType("c5.4xlarge", 16, 32768, 234, "amd64"),
    )
}


@dataclass(frozen=True, slots=True)
class Pool:
    """One group of nodes of one purpose, made by Karpenter or as an EKS managed node group."""

    name: str
    types: tuple[str, ...]
    spot: float
    managed: bool = False
    tainted: bool = False
    consolidate_after: str = "30s"
    policy: str = "WhenEmptyOrUnderutilized"
    limit_cpu: int = 200

    @property
    def selector(self) -> dict[str, str]:
        """The label by which a pod asks for this pool."""
        key = "eks.amazonaws.com/nodegroup" if self.managed else "karpenter.sh/nodepool"
        return {key: self.name}


POOLS = {
    pool.name: pool
    for pool in (
        Pool("system-v1-34", ("m5.large",), 0.0, managed=True),
        Pool("api", ("m7g.2xlarge", "m7g.xlarge", "m7g.4xlarge"), 0.7),
        Pool("web", ("c7g.xlarge", "c7g.2xlarge"), 0.8),
        Pool("worker", ("m5.2xlarge",), 0.2, tainted=True, limit_cpu=160),
        Pool("batch", ("m5.4xlarge", "c5.4xlarge"), 0.5, consolidate_after="60s", policy="WhenEmpty"),
        Pool("data", ("r9g.xlarge",), 0.0, consolidate_after="Never", limit_cpu=48),
    )
}
