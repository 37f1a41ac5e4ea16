"""The instance types and node pools of the demo cluster."""

from __future__ import annotations

from dataclasses import dataclass

ZONES = ("eu-west-1a", "eu-west-1b", "eu-west-1c")
ZONE_IDS = {"eu-west-1a": "euw1-az1", "eu-west-1b": "euw1-az2", "eu-west-1c": "euw1-az3"}


@dataclass(frozen=True, slots=True)
class InstanceType:
    """One EC2 instance type: virtual CPUs, memory in MiB, most pods, dollars per hour on demand."""

    name: str
    cpus: int
    mebibytes: int
    pods: int
    arch: str
    price: float

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

    def hourly(self, capacity: str) -> float:
        """Dollars per hour, by capacity type."""
        return self.price * (0.36 if capacity == "spot" else 1.0)


TYPES = {
    one.name: one
    for one in (
        InstanceType("m7g.large", 2, 8192, 29, "arm64", 0.0911),
        InstanceType("m7g.xlarge", 4, 16384, 58, "arm64", 0.1821),
        InstanceType("m7g.2xlarge", 8, 32768, 58, "arm64", 0.3643),
        InstanceType("m7g.4xlarge", 16, 65536, 234, "arm64", 0.7286),
        InstanceType("c7g.large", 2, 4096, 29, "arm64", 0.0776),
        InstanceType("c7g.xlarge", 4, 8192, 58, "arm64", 0.1552),
        InstanceType("c7g.2xlarge", 8, 16384, 58, "arm64", 0.3103),
        InstanceType("r7g.xlarge", 4, 32768, 58, "arm64", 0.2394),
        InstanceType("m5.large", 2, 8192, 29, "amd64", 0.107),
        InstanceType("m5.xlarge", 4, 16384, 58, "amd64", 0.214),
        InstanceType("m5.2xlarge", 8, 32768, 58, "amd64", 0.428),
        InstanceType("m5.4xlarge", 16, 65536, 234, "amd64", 0.856),
        InstanceType("c5.4xlarge", 16, 32768, 234, "amd64", 0.768),
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
        Pool("data", ("r7g.xlarge",), 0.0, consolidate_after="Never", limit_cpu=48),
    )
}
