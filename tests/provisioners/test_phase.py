"""Where a node stands: each step, each pair of neighbouring steps, and the two refinements."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from nodeview.provisioners import Phase, phase_of
from nodeview.records import Condition
from tests.builders import DAY, HOUR, NOW, a_claim, a_node, condition, taint

DISRUPTED = taint("karpenter.sh/disrupted")
SPOT = taint("aws-node-termination-handler/spot-itn", value="event-1", added=NOW - 20)
UNREGISTERED = taint("karpenter.sh/unregistered", "NoExecute")
CORDON = taint("node.kubernetes.io/unschedulable", added=NOW - 50)
TO_BE_DELETED = taint("ToBeDeletedByClusterAutoscaler", value=str(NOW - 16))
MINUTE = 60


def not_ready(since: int | None = NOW - 300, message: str = "") -> tuple[Condition, ...]:
    return (condition("Ready", "False", "KubeletNotReady", message, since),)


def unheard(reason: str = "NodeStatusUnknown", since: int = NOW - 300) -> tuple[Condition, ...]:
    return (condition("Ready", "Unknown", reason, "Kubelet stopped posting node status.", since),)


def conditions(**statuses: str) -> tuple[Condition, ...]:
    """Conditions by type; a status may bring its reason: `True Underutilized`."""
    return tuple(
        condition(type_, status, reason)
        for type_, said in statuses.items()
        for status, _, reason in [said.partition(" ")]
    )


STEPS: tuple[tuple[str, dict[str, Any], Phase], ...] = (
    ("deletion-timestamp", {"deleted": NOW - 5}, "deleting"),
    ("disrupted-v1", {"taints": (DISRUPTED,)}, "draining"),
    ("interruption", {"taints": (SPOT,)}, "interrupted"),
    ("uninitialized", {"taints": (taint("node.cloudprovider.kubernetes.io/uninitialized"),)}, "arriving"),
    ("ready-false", {"conditions": not_ready()}, "not_ready"),
    ("cordon", {"unschedulable": True}, "cordoned"),
    ("nothing", {}, "ready"),
)
"""One way into each step, the highest first."""


def together(first: dict[str, Any], second: dict[str, Any]) -> dict[str, Any]:
    """What two steps say of one node."""
    taints = (*second.get("taints", ()), *first.get("taints", ()))
    return second | first | {"taints": taints}


@pytest.mark.parametrize("step", range(len(STEPS)), ids=[name for name, _, _ in STEPS])
def test_step_alone_and_over_each_lower_one(step: int) -> None:
    _, said, phase = STEPS[step]
    assert phase_of(a_node(**said), None, NOW).phase == phase
    for _, lower, _ in STEPS[step + 1 :]:
        assert phase_of(a_node(**together(said, lower)), None, NOW).phase == phase


OTHER_WAYS: dict[str, tuple[dict[str, Any], Phase]] = {
    "disruption-v1beta1": ({"taints": (taint("karpenter.sh/disruption", value="disrupting"),)}, "draining"),
    "autoscaler": ({"taints": (CORDON, TO_BE_DELETED), "unschedulable": True}, "draining"),
    "autoscaler-candidate": ({"taints": (taint("DeletionCandidateOfClusterAutoscaler"),)}, "ready"),
    "maintenance": ({"taints": (taint("aws-node-termination-handler/scheduled-maintenance"),)}, "interrupted"),
    "asg-hook": ({"taints": (taint("aws-node-termination-handler/asg-lifecycle-termination"),)}, "interrupted"),
    "rebalance": ({"taints": (taint("aws-node-termination-handler/rebalance-recommendation"),)}, "interrupted"),
    "unregistered": ({"taints": (UNREGISTERED,), "conditions": ()}, "arriving"),
    "startup-taint": ({"taints": (taint("startup-taint.cluster-autoscaler.kubernetes.io/x"),)}, "arriving"),
    "ignore-taint": ({"taints": (taint("ignore-taint.cluster-autoscaler.kubernetes.io/x"),)}, "arriving"),
    "readiness-gate": ({"taints": (taint("readiness.k8s.io/x"),)}, "arriving"),
    "ready-unknown": ({"conditions": unheard()}, "unknown"),
    "stopped": ({"conditions": unheard(), "taints": (taint("node.cloudprovider.kubernetes.io/shutdown"),)}, "unknown"),
    "out-of-service": ({"taints": (taint("node.kubernetes.io/out-of-service", "NoExecute"),)}, "not_ready"),
    "cordon-taint-alone": ({"taints": (CORDON,)}, "ready"),
    "old-without-condition": ({"conditions": ()}, "unknown"),
    "young-without-condition": ({"conditions": (), "created": NOW - 20}, "arriving"),
}


@pytest.mark.parametrize("case", OTHER_WAYS)
def test_other_way(case: str) -> None:
    said, phase = OTHER_WAYS[case]
    assert phase_of(a_node(**said), None, NOW).phase == phase


def test_every_phase_has_its_case() -> None:
    seen = {phase for _, _, phase in STEPS} | {phase for _, phase in OTHER_WAYS.values()}
    assert seen == set(get_args(Phase))


def test_a_node_never_ready_grows_up_at_fifteen_minutes() -> None:
    node = a_node(created=NOW, conditions=not_ready(NOW + 2, "cni plugin not initialized"))
    standing = phase_of(node, None, NOW + 15 * MINUTE - 1)
    assert (standing.phase, standing.next_moment) == ("arriving", NOW + 15 * MINUTE)
    assert standing.reason == "not Ready yet: cni plugin not initialized"
    assert (standing.ready, standing.since) == (False, NOW)
    grown = phase_of(node, None, NOW + 15 * MINUTE)
    assert (grown.phase, grown.next_moment, grown.since) == ("not_ready", None, NOW + 2)


def test_a_node_without_any_ready_condition_grows_up_to_unknown() -> None:
    node = a_node(created=NOW, conditions=())
    young = phase_of(node, None, NOW + 1)
    assert (young.phase, young.ready, young.next_moment) == ("arriving", None, NOW + 15 * MINUTE)
    assert phase_of(node, None, NOW + 15 * MINUTE).phase == "unknown"


def test_a_young_node_that_was_ready_before_is_not_ready() -> None:
    failed_later = a_node(created=NOW - 5 * MINUTE, conditions=not_ready(NOW - MINUTE))
    assert phase_of(failed_later, None, NOW).phase == "not_ready"
    unheard_later = a_node(created=NOW - 5 * MINUTE, conditions=unheard(since=NOW - MINUTE))
    assert phase_of(unheard_later, None, NOW).phase == "unknown"
    called_initialised = a_node(
        created=NOW - MINUTE, conditions=not_ready(NOW - MINUTE), labels={"karpenter.sh/initialized": "true"}
    )
    assert phase_of(called_initialised, None, NOW).phase == "not_ready"


def test_a_young_node_whose_kubelet_never_spoke_is_arriving() -> None:
    node = a_node(created=NOW - MINUTE, conditions=unheard("NodeStatusNeverUpdated", NOW - 10))
    assert phase_of(node, None, NOW).phase == "arriving"


@pytest.mark.parametrize("age", [MINUTE, DAY])
def test_a_claim_not_initialised_makes_its_node_arriving_at_any_age(age: int) -> None:
    node = a_node(created=NOW - age, conditions=not_ready(NOW - 5))
    claim = a_claim(conditions=conditions(Launched="True", Registered="True", Initialized="Unknown NodeNotReady"))
    standing = phase_of(node, claim, NOW)
    assert (standing.phase, standing.next_moment) == ("arriving", None)
    assert standing.reason == "not initialised yet: NodeNotReady"


def test_a_ready_node_waits_for_the_startup_taint_of_its_claim() -> None:
    agent = taint("node.cilium.io/agent-not-ready", "NoExecute")
    conditions_now = conditions(Launched="True", Registered="True", Initialized="Unknown StartupTaintsExist")
    claim = a_claim(startup_taints=(agent,), conditions=conditions_now)
    standing = phase_of(a_node(taints=(agent,)), claim, NOW)
    assert (standing.phase, standing.ready) == ("arriving", True)
    assert standing.reason == "waiting for its startup taint node.cilium.io/agent-not-ready to go"


def test_a_taint_of_another_effect_is_not_the_startup_taint() -> None:
    claim = a_claim(startup_taints=(taint("example.com/agent", "NoExecute"),), conditions=())
    standing = phase_of(a_node(taints=(taint("example.com/agent", "NoSchedule"),)), claim, NOW)
    assert standing.reason == "not initialised yet"


def test_a_startup_taint_that_comes_back_hides_no_failure() -> None:
    gate = taint("readiness.k8s.io/network")
    claim = a_claim(startup_taints=(gate,))
    assert phase_of(a_node(taints=(gate,), conditions=not_ready()), claim, NOW).phase == "not_ready"
    assert phase_of(a_node(taints=(gate,)), claim, NOW).phase == "ready"


def test_a_claim_that_has_said_nothing_yet_makes_its_node_arriving() -> None:
    assert phase_of(a_node(), a_claim(conditions=()), NOW).reason == "not initialised yet"
    awaiting = a_claim(conditions=conditions(Initialized="Unknown AwaitingReconciliation"))
    assert phase_of(a_node(), awaiting, NOW).reason == "not initialised yet"


def test_a_cordoned_node_whose_pods_are_evicted_is_draining() -> None:
    node = a_node(unschedulable=True, taints=(CORDON,))
    drained = phase_of(node, None, NOW, evicting=True)
    assert (drained.phase, drained.reason, drained.since) == ("draining", "its pods are being evicted", NOW - 50)
    cordoned = phase_of(node, None, NOW)
    assert (cordoned.phase, cordoned.since, cordoned.ready) == ("cordoned", NOW - 50, True)
    assert phase_of(a_node(), None, NOW, evicting=True).phase == "ready"


def test_a_claim_under_deletion_drains_its_node() -> None:
    standing = phase_of(a_node(), a_claim(deleted=NOW - 7), NOW)
    assert (standing.phase, standing.since) == ("draining", NOW - 7)
    assert standing.reason == "its NodeClaim is being deleted"


DEPARTURES: dict[str, tuple[dict[str, str], str]] = {
    "chosen": ({"DisruptionReason": "True Underutilized"}, "Underutilized"),
    "not-chosen": ({"DisruptionReason": "False"}, "karpenter.sh/disrupted"),
    "leaving": ({"Drained": "Unknown Draining"}, "its pods are leaving"),
    "volumes": (
        {"Drained": "True", "VolumesDetached": "Unknown AwaitingVolumeDetachment"},
        "waiting for its volumes to detach",
    ),
    "terminating": (
        {"Drained": "True", "VolumesDetached": "True", "InstanceTerminating": "True"},
        "its instance is being terminated",
    ),
}


@pytest.mark.parametrize("case", DEPARTURES)
def test_departure_is_told_by_its_stage(case: str) -> None:
    said, reason = DEPARTURES[case]
    claim = a_claim(deleted=NOW - 7, conditions=conditions(Initialized="True", **said))
    assert phase_of(a_node(taints=(DISRUPTED,)), claim, NOW).reason == reason


def test_deleting_says_what_it_waits_for() -> None:
    node = a_node(deleted=NOW - 5, finalizers=("karpenter.sh/termination",), taints=(DISRUPTED,))
    assert phase_of(node, None, NOW).reason == "waiting for its finalizer karpenter.sh/termination"
    claim = a_claim(deleted=NOW - 7, conditions=conditions(Drained="Unknown Draining"))
    standing = phase_of(node, claim, NOW)
    assert (standing.reason, standing.since) == ("its pods are leaving", NOW - 5)
    assert phase_of(a_node(deleted=NOW), None, NOW).reason is None


def test_an_instance_that_terminates_by_itself_is_interrupted() -> None:
    claim = a_claim(conditions=conditions(Initialized="True", InstanceTerminating="True"))
    assert phase_of(a_node(), claim, NOW).phase == "interrupted"


def test_since_when() -> None:
    assert phase_of(a_node(taints=(TO_BE_DELETED,)), None, NOW).since == NOW - 16
    assert phase_of(a_node(taints=(SPOT,)), None, NOW).since == NOW - 20
    assert phase_of(a_node(taints=(DISRUPTED,)), None, NOW).since is None
    assert phase_of(a_node(conditions=unheard()), None, NOW).since == NOW - 300
    assert phase_of(a_node(conditions=not_ready(None), created=NOW - DAY), None, NOW).since is None
    assert phase_of(a_node(), None, NOW).since == NOW - 2 * DAY + 30


@pytest.mark.parametrize(
    ("conditions_now", "reason"),
    [
        (unheard(), "not heard of"),
        (not_ready(message="container runtime is down"), "container runtime is down"),
        (not_ready(), "KubeletNotReady"),
        (
            not_ready(message="PLEG is not healthy: pleg was last seen active 3m0.9s ago; threshold is 3m0s"),
            "PLEG is not healthy: pleg was last seen active some time ago; threshold is 3m0s",
        ),
    ],
)
def test_the_reason_of_a_failure_holds_no_age(conditions_now: tuple[Condition, ...], reason: str) -> None:
    assert phase_of(a_node(conditions=conditions_now), None, NOW).reason == reason


LIFE: tuple[tuple[dict[str, Any], dict[str, str], Phase], ...] = (
    ({"taints": (UNREGISTERED, taint("node.kubernetes.io/not-ready")), "conditions": ()}, {}, "arriving"),
    ({"taints": (taint("node.kubernetes.io/not-ready"),), "conditions": ()}, {"Registered": "True"}, "arriving"),
    ({}, {"Registered": "True", "Initialized": "Unknown NodeNotReady"}, "arriving"),
    ({}, {"Registered": "True", "Initialized": "True"}, "ready"),
    ({"taints": (DISRUPTED,)}, {"Initialized": "True", "DisruptionReason": "True Empty"}, "draining"),
    ({"taints": (DISRUPTED,), "deleted": NOW}, {"Initialized": "True", "Drained": "True"}, "deleting"),
)


def test_the_life_of_a_node_of_karpenters() -> None:
    for said, claimed, phase in LIFE:
        claim = a_claim(conditions=conditions(Launched="True", **claimed))
        assert phase_of(a_node(created=NOW - HOUR, **said), claim, NOW).phase == phase


EVIDENCE: dict[str, tuple[dict[str, Any], dict[str, Any] | None, bool, str]] = {
    "ready": ({}, None, False, "condition Ready is True since 2027-01-13 08:00:30 UTC"),
    "draining": (
        {"taints": (taint("karpenter.sh/disrupted", added=NOW - 10),)},
        {"deleted": NOW - 9, "conditions": conditions(Initialized="True", Drained="Unknown Draining")},
        False,
        "taint karpenter.sh/disrupted:NoSchedule since 2027-01-15 07:59:50 UTC; "
        "NodeClaim default-abcde is being deleted since 2027-01-15 07:59:51 UTC; "
        "NodeClaim condition Drained is Unknown (Draining) since 2027-01-15 07:00:00 UTC",
    ),
    "chosen": (
        {"taints": (DISRUPTED,)},
        {"conditions": (condition("DisruptionReason", "True", "Empty", since=NOW - 3),)},
        False,
        "taint karpenter.sh/disrupted:NoSchedule; "
        "NodeClaim condition DisruptionReason is True (Empty) since 2027-01-15 07:59:57 UTC",
    ),
    "autoscaler": (
        {"taints": (TO_BE_DELETED,)},
        None,
        False,
        "taint ToBeDeletedByClusterAutoscaler:NoSchedule since 2027-01-15 07:59:44 UTC",
    ),
    "evicting": (
        {"taints": (CORDON,), "unschedulable": True, "cordoned_by": "kubectl"},
        None,
        True,
        "spec.unschedulable, set by kubectl, since 2027-01-15 07:59:10 UTC; "
        "pods on it are being evicted (DisruptionTarget, EvictionByEvictionAPI)",
    ),
    "cordoned": ({"unschedulable": True}, None, False, "spec.unschedulable"),
    "deleting": ({"deleted": NOW - 5}, None, False, "the Node is being deleted since 2027-01-15 07:59:55 UTC"),
    "interrupted": (
        {"taints": (SPOT,)},
        None,
        False,
        "taint aws-node-termination-handler/spot-itn:NoSchedule since 2027-01-15 07:59:40 UTC",
    ),
    "startup taint": (
        {"taints": (taint("cilium", "NoExecute", added=NOW - 7),)},
        {"conditions": (), "startup_taints": (taint("cilium", "NoExecute"),)},
        False,
        "taint cilium:NoExecute since 2027-01-15 07:59:53 UTC",
    ),
    "not initialised": (
        {},
        {"conditions": (condition("Initialized", "Unknown", "ResourceNotRegistered", "x", NOW - 8),)},
        False,
        "NodeClaim condition Initialized is Unknown (ResourceNotRegistered) since 2027-01-15 07:59:52 UTC",
    ),
    "failing": (
        {"conditions": not_ready()},
        None,
        False,
        "condition Ready is False (KubeletNotReady) since 2027-01-15 07:55:00 UTC",
    ),
    "without a word": ({"conditions": ()}, None, False, "it has no condition Ready"),
}


@pytest.mark.parametrize("case", EVIDENCE)
def test_a_phase_names_its_evidence(case: str) -> None:
    said, claimed, evicting, evidence = EVIDENCE[case]
    claim = a_claim(**claimed) if claimed is not None else None
    assert phase_of(a_node(**said), claim, NOW, evicting=evicting).evidence == evidence


def test_between_two_evictions_a_drain_goes_on() -> None:
    node = a_node(unschedulable=True, taints=(CORDON,))
    between = phase_of(node, None, NOW, evicting_until=NOW + 30)
    assert (between.phase, between.next_moment) == ("draining", NOW + 30)
    assert between.evidence.endswith("; a pod was evicted from it a moment ago")
    assert phase_of(node, None, NOW + 30, evicting_until=NOW + 30).phase == "cordoned"
    assert phase_of(a_node(), None, NOW, evicting_until=NOW + 30).phase == "ready"
    assert phase_of(node, None, NOW, evicting=True, evicting_until=NOW + 30).next_moment is None
