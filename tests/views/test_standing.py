"""What the STATE column says."""

from __future__ import annotations

from typing import Any

import pytest

from nodeview.records import ServerVersion
from nodeview.views import Assumptions, Cell, Tone, view_node
from tests.builders import DAY, HOUR, NOW, a_claim, a_node, condition, taint
from tests.views.build import cell, column, view

NOT_HEARD = condition("Ready", "Unknown", "NodeStatusUnknown", since=NOW - 180)


@pytest.mark.parametrize(
    ("record", "text", "tone"),
    [
        ({}, "ready", Tone.MUTED),
        ({"conditions": (NOT_HEARD,)}, "NotReady 3m · not heard of", Tone.ALARM),
        (
            {"conditions": (NOT_HEARD,), "unschedulable": True},
            "NotReady 3m · not heard of · cordoned",
            Tone.ALARM,
        ),
        ({"unschedulable": True}, "cordoned", Tone.CAUTION),
        (
            {
                "unschedulable": True,
                "taints": (taint("node.kubernetes.io/unschedulable", added=NOW - 2 * HOUR),),
            },
            "cordoned 2h",
            Tone.CAUTION,
        ),
        (
            {"taints": (taint("karpenter.sh/disrupted", added=NOW - 300),)},
            "draining 5m · karpenter.sh/disrupted",
            Tone.CAUTION,
        ),
        (
            {"taints": (taint("node.cloudprovider.kubernetes.io/uninitialized"),), "created": NOW - 41},
            "arriving 41s · waiting for its cloud provider to initialise it",
            Tone.COMING,
        ),
        ({"annotations": {"karpenter.sh/do-not-disrupt": "true"}}, "ready · do not disrupt", Tone.PLAIN),
        (
            {"taints": (taint("node.kubernetes.io/memory-pressure"),)},
            "ready · pressure",
            Tone.CAUTION,
        ),
    ],
)
def test_the_state_says_phase_since_reason_and_badges(record: dict[str, Any], text: str, tone: Tone) -> None:
    assert cell("state", view(**record)) == Cell(text, tone)


def test_the_state_says_when_an_old_node_will_go() -> None:
    said = (*a_claim().conditions, condition("Drifted"))
    claim = a_claim(expire_after=2 * DAY + 3 * HOUR, conditions=said)
    assert cell("state", view(claim=claim)).text == "ready · drifted · expiring in 3h"


def test_ages_are_counted_from_the_moment_given() -> None:
    node = view(conditions=(NOT_HEARD,))
    assert column("state").cell(node, NOW + HOUR).text == "NotReady 1h · not heard of"
    assert column("age").cell(node, NOW + DAY).text == "3d"


def test_the_most_pressing_state_sorts_first() -> None:
    key = column("state").sort_key
    lost, cordoned, ready = view(conditions=(NOT_HEARD,)), view(unschedulable=True), view()
    assert key(lost, NOW) < key(cordoned, NOW) < key(ready, NOW)


def test_the_state_says_by_what_a_node_drifted() -> None:
    said = (*a_claim().conditions, condition("Drifted", "True", "AMIDrift", "AMIDrift"))
    assert cell("state", view(claim=a_claim(conditions=said))).text == "ready · drifted (AMI)"


def test_a_node_behind_the_control_plane_says_its_own_minor() -> None:
    node, server = a_node(kubelet_version="v1.33.4-eks-1"), ServerVersion(1, 35, "v1.35.0")
    old = view_node(node, None, None, (), Assumptions(), NOW, server)
    assert cell("state", old).text == "ready · kubelet 1.33"
