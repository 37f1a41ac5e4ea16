"""Karpenter's documents of three versions give the same records."""

from __future__ import annotations

from nodeview.records import (
    MACHINES,
    NANO,
    NODE_CLAIMS,
    NODE_POOLS,
    PROVISIONERS,
    Condition,
    Disruption,
    NodeBudget,
    NodeClaim,
    NodePool,
    Requirement,
    ServerVersion,
    Taint,
)
from tests.records.bodies import Json, array

SERVER = ServerVersion(1, 35, "v1.35.0")
GI = 1024**3 * NANO


def claim(**spec: object) -> Json:
    """A NodeClaim that waits to be initialised."""
    startup = [{"key": "node.cilium.io/agent-not-ready", "effect": "NoExecute"}]
    return {
        "metadata": {
            "name": "general-x7k2p",
            "uid": "u1",
            "resourceVersion": "77",
            "creationTimestamp": "2025-11-21T09:00:00Z",
            "labels": {"karpenter.sh/nodepool": "general"},
            "annotations": {"karpenter.sh/nodepool-hash": "1"},
        },
        "spec": {
            "startupTaints": startup,
            "taints": [{"key": "team", "value": "a", "effect": "NoSchedule"}],
            "resources": {"requests": {"cpu": "1500m", "pods": "5"}},
            **spec,
        },
        "status": {
            "nodeName": "node-1",
            "providerID": "aws:///eu-west-1a/i-1",
            "allocatable": {"cpu": "3920m", "memory": "14Gi"},
            "conditions": [
                {
                    "type": "Initialized",
                    "status": "Unknown",
                    "reason": "NodeNotReady",
                    "message": "Node status is NotReady",
                    "lastTransitionTime": "2025-11-21T09:01:00Z",
                },
                {"type": "Launched", "status": "True", "reason": "Launched"},
            ],
        },
    }


def read_claim(body: Json) -> NodeClaim:
    """A NodeClaim of v1 or v1beta1."""
    (one,) = NODE_CLAIMS.reader(SERVER)(array([body])).records
    return one


def read_pool(body: Json) -> NodePool:
    """A NodePool of v1 or v1beta1."""
    (one,) = NODE_POOLS.reader(SERVER)(array([body])).records
    return one


def test_a_claim_of_v1() -> None:
    one = read_claim(claim(expireAfter="720h"))
    assert one.key == ("", "general-x7k2p")
    assert (one.uid, one.created, one.deleted, one.node) == ("u1", 1763715600, None, "node-1")
    assert (one.labels, one.annotations) == (
        {"karpenter.sh/nodepool": "general"},
        {"karpenter.sh/nodepool-hash": "1"},
    )
    assert one.provider_id == "aws:///eu-west-1a/i-1"
    assert one.taints == (Taint("team", "NoSchedule", "a"),)
    assert one.startup_taints == (Taint("node.cilium.io/agent-not-ready", "NoExecute"),)
    assert one.requests == {"cpu": 1_500_000_000, "pods": 5 * NANO}
    assert one.allocatable == {"cpu": 3_920_000_000, "memory": 14 * GI}
    assert one.condition("Initialized") == Condition(
        "Initialized", "Unknown", "NodeNotReady", "Node status is NotReady", 1763715660
    )
    assert (one.expire_after, one.unreadable) == (720 * 3600, ())


def test_a_claim_of_v1beta1_does_not_say_when_it_expires() -> None:
    assert read_claim(claim()).expire_after is None
    assert read_claim(claim(expireAfter="Never")).expire_after is None


def test_a_machine_is_a_claim_whose_conditions_lose_their_prefix() -> None:
    body = claim()
    for condition in body["status"]["conditions"]:
        condition["type"] = f"Machine{condition['type']}"
    body["status"]["conditions"].append({"type": "Ready", "status": "False"})
    (one,) = MACHINES.reader(SERVER)(array([body])).records
    assert [each.type for each in one.conditions] == ["Initialized", "Launched", "Ready"]


def test_a_claim_just_made() -> None:
    one = read_claim({"metadata": {"name": "c", "labels": None}, "spec": None, "status": {"conditions": None}})
    assert (one.node, one.conditions, one.allocatable, one.provider_id) == (None, (), {}, "")


def test_a_pool_of_v1() -> None:
    one = read_pool(
        {
            "metadata": {"name": "general", "uid": "u2", "creationTimestamp": "2025-11-21T09:00:00Z"},
            "spec": {
                "template": {
                    "spec": {
                        "nodeClassRef": {"group": "eks.amazonaws.com", "kind": "NodeClass", "name": "default"},
                        "expireAfter": "336h",
                    }
                },
                "disruption": {"consolidateAfter": "30s", "budgets": [{"nodes": "10%"}]},
                "limits": {"cpu": 1000, "memory": "1000Gi", "nodes": "12"},
                "weight": 10,
            },
            "status": {"resources": {"cpu": "96", "nodes": "6"}},
        }
    )
    assert one.key == ("", "general")
    assert one.limits == {"cpu": 1000 * NANO, "memory": 1000 * GI, "nodes": 12 * NANO}
    assert one.resources == {"cpu": 96 * NANO, "nodes": 6 * NANO}
    assert (one.uid, one.created, one.weight, one.node_class_group) == ("u2", 1763715600, 10, "eks.amazonaws.com")
    assert (one.expire_after, one.template_expire_after) == (None, 336 * 3600)


def test_what_a_pools_nodes_will_be_like() -> None:
    template = {
        "metadata": {"labels": {"team": "ml"}, "annotations": {"a": "b"}},
        "spec": {
            "taints": [{"key": "gpu", "effect": "NoSchedule"}],
            "startupTaints": [{"key": "cni", "effect": "NoExecute"}],
            "requirements": [
                {"key": "karpenter.k8s.aws/instance-cpu", "operator": "Lt", "values": ["9"]},
                {"key": "kubernetes.io/arch", "operator": "In", "values": ["amd64"], "minValues": 1},
                {"key": "example.com/x", "operator": "Exists"},
            ],
        },
    }
    conditions = [{"type": "NodeClassReady", "status": "True"}, {"type": "Ready", "status": "False"}]
    one = read_pool(
        {
            "metadata": {"name": "ml", "deletionTimestamp": "1970-01-01T00:01:00Z"},
            "spec": {"template": template},
            "status": {"conditions": conditions},
        }
    )
    assert (one.labels, one.taints) == ({"team": "ml"}, (Taint("gpu", "NoSchedule"),))
    assert one.requirements == (
        Requirement("karpenter.k8s.aws/instance-cpu", "Lt", ("9",)),
        Requirement("kubernetes.io/arch", "In", ("amd64",)),
        Requirement("example.com/x", "Exists"),
    )
    assert (one.deleted, one.ready) == (60, False)
    conditions[1]["status"] = "Unknown"
    again = read_pool(
        {"metadata": {"name": "ml"}, "spec": {"template": template}, "status": {"conditions": conditions}}
    )
    assert (again.deleted, again.ready) == (None, None)


def test_what_a_provisioners_nodes_will_be_like() -> None:
    spec: Json = {
        "labels": {"team": "ml"},
        "taints": [{"key": "gpu", "effect": "NoSchedule"}],
        "requirements": [{"key": "kubernetes.io/arch", "operator": "In", "values": ["arm64"]}],
    }
    (one,) = PROVISIONERS.reader(SERVER)(array([{"metadata": {"name": "p"}, "spec": spec}])).records
    assert (one.labels, one.taints) == ({"team": "ml"}, (Taint("gpu", "NoSchedule"),))
    assert one.requirements == (Requirement("kubernetes.io/arch", "In", ("arm64",)),)
    assert one.ready is None


def test_a_pool_of_v1beta1() -> None:
    reference = {"apiVersion": "karpenter.k8s.aws/v1beta1", "kind": "EC2NodeClass", "name": "default"}
    one = read_pool(
        {
            "metadata": {"name": "general"},
            "spec": {
                "template": {"spec": {"nodeClassRef": reference}},
                "disruption": {"consolidationPolicy": "WhenUnderutilized", "expireAfter": "1h30m"},
            },
        }
    )
    assert (one.node_class_group, one.expire_after, one.template_expire_after) == ("karpenter.k8s.aws", 5400, None)
    assert (one.limits, one.resources, one.weight) == ({}, {}, 0)


def test_a_provisioner_of_v1alpha5() -> None:
    body: Json = {
        "metadata": {"name": "default", "uid": "u3"},
        "spec": {
            "limits": {"resources": {"cpu": "1k"}},
            "weight": 3,
            "providerRef": {"apiVersion": "karpenter.k8s.aws/v1alpha1", "name": "default"},
            "ttlSecondsUntilExpired": 2592000,
        },
        "status": {"resources": {"cpu": "8"}},
    }
    (one,) = PROVISIONERS.reader(SERVER)(array([body])).records
    assert one == NodePool(
        name="default",
        uid="u3",
        created=0,
        limits={"cpu": 1000 * NANO},
        resources={"cpu": 8 * NANO},
        weight=3,
        node_class_group="karpenter.k8s.aws",
        expire_after=2592000,
        disruption=Disruption("Never", budgets=()),
    )


def test_how_a_claim_ends_and_what_its_node_may_be() -> None:
    wanted = [
        {"key": "karpenter.sh/capacity-type", "operator": "In", "values": ["spot", "on-demand"]},
        {"key": "node.kubernetes.io/instance-type", "operator": "In", "values": ["m7g.large"], "minValues": 1},
    ]
    body = claim(terminationGracePeriod="24h0m0s", requirements=wanted)
    body["metadata"]["finalizers"] = ["karpenter.sh/termination"]
    body["status"] |= {"imageID": "ami-1", "lastPodEventTime": "2025-11-21T09:01:00Z"}
    one = read_claim(body)
    assert (one.grace_s, one.finalizers) == (86400, ("karpenter.sh/termination",))
    assert one.requirements == (
        Requirement("karpenter.sh/capacity-type", "In", ("spot", "on-demand")),
        Requirement("node.kubernetes.io/instance-type", "In", ("m7g.large",)),
    )
    assert (one.image, one.last_pod_at) == ("ami-1", 1763715660)
    bare = read_claim(claim())
    assert (bare.grace_s, bare.finalizers, bare.requirements, bare.image) == (None, (), (), "")
    assert bare.last_pod_at is None


def pool(**spec: object) -> NodePool:
    """A NodePool with this spec."""
    return read_pool({"metadata": {"name": "p"}, "spec": spec})


def test_when_nodes_of_a_pool_of_v1_may_go() -> None:
    budgets: list[Json] = [
        {"nodes": "20%", "reasons": ["Empty", "Drifted"]},
        {"nodes": "0", "schedule": "@daily", "duration": "10m0s"},
        {"nodes": 5},
        {},
    ]
    said = {"consolidationPolicy": "WhenEmptyOrUnderutilized", "consolidateAfter": "1m30s", "budgets": budgets}
    assert pool(disruption=said).disruption == Disruption(
        "WhenEmptyOrUnderutilized",
        90,
        True,
        (
            NodeBudget("20%", ("Empty", "Drifted")),
            NodeBudget("0", (), "@daily", "10m0s"),
            NodeBudget("5"),
            NodeBudget("10%"),
        ),
    )


def test_how_long_consolidation_waits() -> None:
    def after(said: Json) -> tuple[int | None, bool]:
        one = pool(disruption=said).disruption
        return one.after, one.said_after

    assert after({"consolidateAfter": "0s"}) == (0, True)
    assert after({"consolidateAfter": "Never"}) == (None, True)
    assert after({}) == after({"consolidateAfter": None}) == (None, False)
    assert after({"consolidateAfter": "5 days"}) == (None, False)


def test_no_budgets_are_not_an_empty_list_of_them() -> None:
    assert pool(disruption={"consolidationPolicy": "WhenEmpty"}).disruption.budgets is None
    assert pool(disruption={"budgets": []}).disruption.budgets == ()
    assert pool().disruption == pool(disruption=None).disruption == Disruption()


def test_grace_limits_of_nodes_static_pools_and_conditions() -> None:
    said = {"type": "NodeRegistrationHealthy", "status": "False", "reason": "RegistrationFailed"}
    one = read_pool(
        {
            "metadata": {"name": "p"},
            "spec": {
                "template": {"spec": {"terminationGracePeriod": "1h"}},
                "limits": {"nodes": "12"},
                "replicas": 3,
            },
            "status": {"conditions": [said]},
        }
    )
    assert (one.grace_s, one.node_limit, one.static_replicas) == (3600, 12, 3)
    assert one.conditions == (Condition("NodeRegistrationHealthy", "False", "RegistrationFailed"),)
    bare = pool()
    assert (bare.grace_s, bare.node_limit, bare.static_replicas, bare.conditions) == (None, None, None, ())
    assert pool(limits={"nodes": "many"}).node_limit is None


def test_when_nodes_of_a_provisioner_may_go() -> None:
    def disruption(**spec: object) -> Disruption:
        (one,) = PROVISIONERS.reader(SERVER)(array([{"metadata": {"name": "p"}, "spec": spec}])).records
        return one.disruption

    assert disruption(consolidation={"enabled": True}) == Disruption("WhenEmptyOrUnderutilized", budgets=())
    assert disruption(ttlSecondsAfterEmpty=0) == Disruption("WhenEmpty", 0, True, ())
    off = disruption(consolidation={"enabled": False}, ttlSecondsAfterEmpty=30)
    assert off == Disruption("WhenEmpty", 30, True, ())
    assert disruption(consolidation={"enabled": None}) == disruption() == Disruption("Never", budgets=())


def test_one_bad_pool_spoils_no_neighbour() -> None:
    bad: Json = {"metadata": {"name": "bad"}, "spec": {"disruption": {"budgets": {"nodes": "1"}}}}
    batch = NODE_POOLS.reader(SERVER)(array([{"metadata": {"name": "a"}}, bad, {"metadata": {"name": "b"}}]))
    assert [one.name for one in batch.records] == ["a", "b"]
    assert len(batch.unread) == 1
    assert "spec.disruption.budgets" in batch.unread[0]


def test_what_cannot_be_read_is_left_out_and_named() -> None:
    body = claim(resources={"requests": {"cpu": "1K"}})
    assert (read_claim(body).requests, read_claim(body).unreadable) == ({}, ("cpu",))
    one = read_pool({"metadata": {"name": "p"}, "spec": {"limits": {"cpu": "lots", "memory": "1Gi"}}})
    assert (one.limits, one.unreadable) == ({"memory": GI}, ("cpu",))


def test_where_they_are_served() -> None:
    assert [one.id for one in (NODE_CLAIMS, NODE_POOLS, MACHINES, PROVISIONERS)] == [
        "nodeclaims.karpenter.sh",
        "nodepools.karpenter.sh",
        "machines.karpenter.sh",
        "provisioners.karpenter.sh",
    ]
    assert all(one.optional for one in (NODE_CLAIMS, NODE_POOLS, MACHINES, PROVISIONERS))
    assert NODE_CLAIMS.path("v1") == "/apis/karpenter.sh/v1/nodeclaims"
