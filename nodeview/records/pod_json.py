"""A pod as the wire has it: the parts that are read, narrow, nothing of the rest kept."""

from __future__ import annotations

import msgspec

from nodeview.records.amounts import AmountsJson
from nodeview.records.json_reader import ObjectJson
from nodeview.records.metadata_json import NULL, MetadataJson
from nodeview.records.placement_json import AffinityJson, PortJson, SpreadJson, TolerationJson

_AUTOSCALER = "cluster-autoscaler.kubernetes.io"
_WISHES = (
    "karpenter.sh/do-not-disrupt",
    "karpenter.sh/do-not-evict",
    f"{_AUTOSCALER}/safe-to-evict",
    f"{_AUTOSCALER}/safe-to-evict-local-volumes",
    f"{_AUTOSCALER}/enable-ds-eviction",
    f"{_AUTOSCALER}/daemonset-pod",
)


class PodAnnotationsJson(msgspec.Struct, gc=False):
    """The annotations that a row tells of."""

    mirror: str | None = msgspec.field(default=None, name="kubernetes.io/config.mirror")
    fargate_capacity: str | None = msgspec.field(default=None, name="CapacityProvisioned")
    do_not_disrupt: str | None = msgspec.field(default=None, name=_WISHES[0])
    do_not_evict: str | None = msgspec.field(default=None, name=_WISHES[1])
    safe_to_evict: str | None = msgspec.field(default=None, name=_WISHES[2])
    safe_volumes: str | None = msgspec.field(default=None, name=_WISHES[3])
    daemon_eviction: str | None = msgspec.field(default=None, name=_WISHES[4])
    daemon: str | None = msgspec.field(default=None, name=_WISHES[5])

    @property
    def wishes(self) -> tuple[tuple[str, str], ...]:
        """Those annotations by which it asks autoscalers to let it be or not, in no order."""
        if (
            self.do_not_disrupt is None
            and self.safe_to_evict is None
            and self.do_not_evict is None
            and self.safe_volumes is None
            and self.daemon_eviction is None
            and self.daemon is None
        ):
            return ()
        said = (
            self.do_not_disrupt,
            self.do_not_evict,
            self.safe_to_evict,
            self.safe_volumes,
            self.daemon_eviction,
            self.daemon,
        )
        return tuple([(name, what) for name, what in zip(_WISHES, said, strict=True) if what is not None])


class PodMetadataJson(MetadataJson, rename="camel", gc=False):
    """Labels stay bytes, since pods of one template bear the same."""

    labels: msgspec.Raw = NULL
    annotations: PodAnnotationsJson | None = None


class PodSpecJson(msgspec.Struct, rename="camel", gc=False):
    """What is the pod's own is decoded; what makes its shape stays bytes."""

    node_name: str | None = None
    scheduling_gates: msgspec.Raw = NULL
    containers: msgspec.Raw = NULL
    init_containers: msgspec.Raw = NULL
    resources: msgspec.Raw = NULL
    overhead: msgspec.Raw = NULL
    node_selector: msgspec.Raw = NULL
    priority: msgspec.Raw = NULL
    priority_class_name: msgspec.Raw = NULL
    scheduler_name: msgspec.Raw = NULL
    host_network: msgspec.Raw = NULL
    affinity: msgspec.Raw = NULL
    tolerations: msgspec.Raw = NULL
    topology_spread_constraints: msgspec.Raw = NULL
    preemption_policy: msgspec.Raw = NULL
    resource_claims: msgspec.Raw = NULL
    termination_grace_period_seconds: msgspec.Raw = NULL
    volumes: msgspec.Raw = NULL


class PodConditionJson(msgspec.Struct, rename="camel", gc=False):
    """One condition of a pod."""

    type: str | None = None
    status: str | None = None
    reason: str | None = None
    message: str | None = None
    last_transition_time: str | None = None


class WaitingJson(msgspec.Struct, gc=False):
    """Why a container waits."""

    reason: str | None = None


class RunningJson(msgspec.Struct, rename="camel", gc=False):
    """Since when a container runs."""

    started_at: str | None = None


class ContainerStateJson(msgspec.Struct, gc=False):
    """Why a container waits, or since when it runs."""

    waiting: WaitingJson | None = None
    running: RunningJson | None = None


class ContainerStatusJson(msgspec.Struct, rename="camel", gc=False):
    """One container's status; resources stay bytes, since they rarely differ from the spec's."""

    name: str | None = None
    restart_count: int | None = None
    state: ContainerStateJson | None = None
    resources: msgspec.Raw = NULL
    allocated_resources: msgspec.Raw = NULL


class PodStatusJson(msgspec.Struct, rename="camel", gc=False):
    """A pod's status."""

    phase: str | None = None
    reason: str | None = None
    nominated_node_name: str | None = None
    start_time: str | None = None
    conditions: list[PodConditionJson] | None = None
    container_statuses: list[ContainerStatusJson] | None = None
    init_container_statuses: list[ContainerStatusJson] | None = None
    resources: msgspec.Raw = NULL
    allocated_resources: msgspec.Raw = NULL


class PodJson(ObjectJson, gc=False):
    """A pod."""

    metadata: PodMetadataJson
    spec: PodSpecJson | None = None
    status: PodStatusJson | None = None


class ResourcesJson(msgspec.Struct, gc=False):
    """`resources` of a container or a pod."""

    requests: AmountsJson | None = None


class ContainerJson(msgspec.Struct, rename="camel", gc=False):
    """A container of a spec."""

    name: str | None = None
    image: str | None = None
    resources: ResourcesJson | None = None
    restart_policy: str | None = None
    ports: list[PortJson] | None = None
    readiness_probe: msgspec.Raw = NULL

    @property
    def requests(self) -> AmountsJson | None:
        """`resources.requests`."""
        return self.resources.requests if self.resources else None

    @property
    def sidecar(self) -> bool:
        """Among init containers, one that runs beside the others."""
        return self.restart_policy == "Always"


class ShapeJson(msgspec.Struct, rename="camel", gc=False):
    """The parts of a pod's spec that make its shape."""

    containers: list[ContainerJson] | None = None
    init_containers: list[ContainerJson] | None = None
    resources: ResourcesJson | None = None
    overhead: AmountsJson | None = None
    node_selector: dict[str, str | None] | None = None
    priority: int | None = None
    priority_class_name: str | None = None
    scheduler_name: str | None = None
    host_network: bool | None = None
    affinity: AffinityJson | None = None
    tolerations: list[TolerationJson] | None = None
    topology_spread_constraints: list[SpreadJson] | None = None
    preemption_policy: str | None = None
    claims_volumes: bool = False
    claims_devices: bool = False
    host_paths: bool = False
    termination_grace_period_seconds: int | None = None
