"""A pod's rules about where it may run, from JSON."""

from __future__ import annotations

from typing import Any

from nodeview.records import (
    PODS,
    HostPort,
    NodeTerm,
    Placement,
    PodTerm,
    Requirement,
    ServerVersion,
    Spread,
    Toleration,
)
from tests.records.bodies import array

REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"


def placement(**spec: Any) -> Placement:
    """The rules of a pod with this spec."""
    body = {"metadata": {"name": "a", "namespace": "b"}, "spec": {"containers": [{"name": "a"}], **spec}}
    (one,) = PODS.reader(ServerVersion(1, 36, ""))(array([body])).records
    return one.shape.placement


def test_a_pod_without_rules() -> None:
    assert placement() == Placement()
    assert placement(affinity={}, tolerations=[], topologySpreadConstraints=None) == Placement()
    assert placement(affinity={"nodeAffinity": {PREFERRED: []}, "podAffinity": None}) == Placement()


def test_tolerations() -> None:
    said = [{"operator": "Exists"}, {"key": "a", "value": "b", "effect": "NoExecute", "tolerationSeconds": 3}]
    assert placement(tolerations=said).tolerations == (
        Toleration("", "Exists"),
        Toleration("a", "Equal", "b", "NoExecute"),
    )


def test_node_affinity_keeps_its_alternatives_apart() -> None:
    zone = {"key": "zone", "operator": "In", "values": ["a", "b"]}
    named = {"key": "metadata.name", "operator": "NotIn", "values": ["n"]}
    terms = [{"matchExpressions": [zone, {"key": "gpu", "operator": "Exists"}]}, {"matchFields": [named]}, {}]
    read = placement(affinity={"nodeAffinity": {REQUIRED: {"nodeSelectorTerms": terms}}}).node_terms
    assert read == (
        NodeTerm((Requirement("zone", "In", ("a", "b")), Requirement("gpu", "Exists"))),
        NodeTerm((), (Requirement("metadata.name", "NotIn", ("n",)),)),
        NodeTerm(),
    )


def test_pod_affinity_and_its_opposite() -> None:
    near = {"topologyKey": "zone", "labelSelector": {"matchLabels": {"app": "db"}}, "namespaces": ["x"]}
    far = {"topologyKey": "host", "labelSelector": {}, "namespaceSelector": {}}
    read = placement(
        affinity={"podAffinity": {REQUIRED: [near]}, "podAntiAffinity": {REQUIRED: [far, {"topologyKey": "host"}]}}
    )
    assert read.affinity == (PodTerm("zone", (Requirement("app", "In", ("db",)),), ("x",)),)
    assert read.anti_affinity == (PodTerm("host", (), (), ()), PodTerm("host", None))


def test_spread_is_read_where_it_forbids() -> None:
    full = {
        "topologyKey": "zone",
        "maxSkew": 2,
        "whenUnsatisfiable": "DoNotSchedule",
        "labelSelector": {"matchExpressions": [{"key": "app", "operator": "Exists"}]},
        "minDomains": 3,
        "matchLabelKeys": ["pod-template-hash"],
        "nodeAffinityPolicy": "Ignore",
        "nodeTaintsPolicy": "Honor",
    }
    soft = {**full, "whenUnsatisfiable": "ScheduleAnyway"}
    plain = {"topologyKey": "host", "maxSkew": 1, "whenUnsatisfiable": "DoNotSchedule"}
    assert placement(topologySpreadConstraints=[full, soft, plain]).spreads == (
        Spread("zone", 2, (Requirement("app", "Exists"),), ("pod-template-hash",), 3, False, True),
        Spread("host", 1, None, (), 1, True, False),
    )


def test_ports_of_the_node_are_read_of_containers_and_sidecars() -> None:
    def container(**port: Any) -> dict[str, Any]:
        return {"name": "a", "ports": [{"containerPort": 80, **port}]}

    read = placement(
        containers=[container(hostPort=80, protocol="UDP", hostIP="10.0.0.1"), container(), container(hostPort=0)],
        initContainers=[
            {**container(hostPort=81, hostIP="0.0.0.0"), "restartPolicy": "Always"},
            container(hostPort=82),
        ],
    )
    assert read.host_ports == (HostPort(80, "UDP", "10.0.0.1"), HostPort(81, "TCP", ""))
