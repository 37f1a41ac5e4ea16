"""What autoscalers say of a pod."""

from __future__ import annotations

from typing import Any

from nodeview.insights.hints import NO_HINT, hint_of
from nodeview.records import ClusterEvent, ObjectRef
from tests.builders import NOW


def event(reason: str, message: str, at: int = NOW - 5) -> ClusterEvent:
    said: dict[str, Any] = {"began": at, "at": at, "warning": False, "source": "x", "related": None}
    about = ObjectRef("Pod", "default", "a", "uid-a")
    return ClusterEvent(namespace="default", name="e", uid="e", about=about, reason=reason, message=message, **said)


def test_karpenters_nomination_names_the_node_or_the_claim() -> None:
    claim = hint_of([event("Nominated", "Pod should schedule on: nodeclaim/general-jfpxn")], NOW)
    assert (claim.place, claim.words) == ("general-jfpxn", "Karpenter means it for NodeClaim general-jfpxn")
    assert hint_of([event("Nominated", "Pod should schedule on: nodeclaim/a-1, node/ip-10")], NOW).place == "ip-10"


def test_the_autoscalers_verdicts() -> None:
    up = event("TriggeredScaleUp", "pod triggered scale-up: [{worker-1a 1->2 (max: 4)}]")
    assert hint_of([up], NOW).words == "the autoscaler grows worker-1a from 1 to 2"
    no = event("NotTriggerScaleUp", "pod didn't trigger scale-up: 1 max node group size reached", NOW - 2)
    assert hint_of([up, no], NOW).words == "the autoscaler makes no node: 1 max node group size reached"


def test_karpenter_s_own_words_say_which_pool_cannot_make_a_node() -> None:
    said = "Failed to schedule pod, all available instance types exceed limits for nodepool (NodePool=rotate)"
    hint = hint_of([event("FailedScheduling", said)], NOW)
    assert hint.words == (
        "Karpenter makes no node: all available instance types exceed limits for nodepool (NodePool=rotate)"
    )
    assert hint.place == ""


def test_what_karpenter_lists_at_length_does_not_hide_the_next_pool_s_reason() -> None:
    said = (
        "Failed to schedule pod, no instance type has enough resources, requirements=karpenter.sh/nodepool In "
        '[general], kubernetes.io/arch In [amd64], resources={"cpu":"100","pods":"1"}; no instance type has enough '
        "resources, requirements=karpenter.sh/nodepool In [west]; all available instance types exceed limits for "
        "nodepool (NodePool=west)"
    )
    assert hint_of([event("FailedScheduling", said)], NOW).words == (
        "Karpenter makes no node: no instance type has enough resources; all available instance types exceed limits "
        "for nodepool (NodePool=west)"
    )


def test_old_foreign_and_hostile_events_say_nothing_dangerous() -> None:
    assert hint_of([], NOW) == NO_HINT
    assert hint_of([event("Nominated", "Pod should schedule on: nodeclaim/x", NOW - 3600)], NOW) == NO_HINT
    assert hint_of([event("Nominated", "[bold]?")], NOW) == NO_HINT
    hostile = hint_of([event("NotTriggerScaleUp", "\x1b[31m" * 5000)], NOW)
    assert len(hostile.words) < 300
    assert "\x1b" not in hostile.words
