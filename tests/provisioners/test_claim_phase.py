"""What a claim without a node waits for, why it hangs, and when it is given up."""

from __future__ import annotations

from typing import Any

import pytest

from nodeview.provisioners import Phase, leaves_unseen_until, phase_of_claim, standing_of_claim
from nodeview.provisioners.claim_phase import LAUNCH_S, REGISTRATION_S
from nodeview.records import Condition
from tests.builders import NOW, a_claim, condition

AGO = NOW - 100


def said(**statuses: str) -> tuple[Condition, ...]:
    """Conditions by type since a hundred seconds: status, reason and message."""
    made = []
    for type_, words in statuses.items():
        status, reason, message, *_ = [*words.split(" ", 2), "", ""]
        made.append(condition(type_, status, reason, message, AGO))
    return tuple(made)


CLAIMS: dict[str, tuple[dict[str, Any], Phase, str, str]] = {
    "new": ({}, "arriving", "launching", "waiting for its instance to launch"),
    "awaiting": (
        {"Launched": "Unknown AwaitingReconciliation object is awaiting reconciliation"},
        "arriving",
        "launching",
        "waiting for its instance to launch",
    ),
    "failed": (
        {"Launched": "Unknown LaunchFailed no capacity left"},
        "arriving",
        "failed",
        "not launched: no capacity left",
    ),
    "failed without words": (
        {"Launched": "Unknown SomethingOfAWS"},
        "arriving",
        "failed",
        "not launched: SomethingOfAWS",
    ),
    "launched": ({"Launched": "True"}, "arriving", "launched", "launched, waiting for its node"),
    "not found": (
        {"Launched": "True", "Registered": "Unknown NodeNotFound Node not registered with cluster"},
        "arriving",
        "launched",
        "launched, waiting for its node",
    ),
    "hooks": (
        {"Launched": "True", "Registered": "Unknown RegistrationHookPending cilium"},
        "arriving",
        "launched",
        "launched, waiting for registration hooks: cilium",
    ),
    "twins": (
        {"Launched": "True", "Registered": "False MultipleNodesFound found two"},
        "arriving",
        "launched",
        "launched, not registered: found two",
    ),
    "orphan": ({"Launched": "True", "Registered": "True"}, "arriving", "registered", "its node node-1 is not there"),
}


@pytest.mark.parametrize("case", CLAIMS)
def test_what_a_claim_waits_for(case: str) -> None:
    conditions, phase, step, reason = CLAIMS[case]
    claim = a_claim(created=AGO, conditions=said(**conditions))
    found = standing_of_claim(claim)
    assert (found.standing.phase, found.step, found.standing.reason) == (phase, step, reason)
    assert found.standing == phase_of_claim(claim)
    assert found.standing.since == AGO
    assert found.standing.evidence


def test_a_claim_that_is_deleted_says_how_far_that_is() -> None:
    claim = a_claim(deleted=NOW - 5, conditions=said(Launched="True", InstanceTerminating="True"))
    found = standing_of_claim(claim)
    assert (found.standing.phase, found.standing.reason) == ("deleting", "its instance is being terminated")
    assert found.gives_up_at is None
    assert phase_of_claim(a_claim(deleted=NOW, conditions=())).reason == "its NodeClaim is being deleted"


@pytest.mark.parametrize(
    ("conditions", "seconds"),
    [
        ({}, LAUNCH_S),
        ({"Launched": "Unknown LaunchFailed no"}, LAUNCH_S),
        ({"Launched": "True"}, REGISTRATION_S),
        ({"Launched": "True", "Registered": "Unknown NodeNotFound"}, REGISTRATION_S),
        ({"Launched": "True", "Registered": "True"}, None),
    ],
)
def test_when_karpenter_gives_it_up(conditions: dict[str, str], seconds: int | None) -> None:
    found = standing_of_claim(a_claim(created=AGO, conditions=said(**conditions)))
    assert found.gives_up_at == (None if seconds is None else AGO + seconds)


def test_an_event_tells_of_a_launch_before_its_condition_does() -> None:
    claim = a_claim(conditions=said(Launched="Unknown AwaitingReconciliation"))
    assert standing_of_claim(claim, event="insufficient capacity").standing.reason == (
        "not launched: insufficient capacity"
    )
    told = a_claim(conditions=said(Launched="Unknown LaunchFailed its_own_words"))
    assert standing_of_claim(told, event="other").standing.reason == "not launched: its_own_words"


def test_a_node_that_is_another_claims_is_said() -> None:
    claim = a_claim(conditions=said(Launched="True", Registered="True"))
    words = "NodeClaim b names its node node-1 as well"
    assert standing_of_claim(claim, elsewhere=words).standing.reason == words


def test_the_end_of_a_node_that_was_there_is_no_news_for_a_while() -> None:
    assert leaves_unseen_until(a_claim(), 60) is None
    assert leaves_unseen_until(a_claim(deleted=NOW, conditions=said(Launched="True")), 60) is None
    gone = a_claim(deleted=NOW - 900, conditions=said(Registered="True", InstanceTerminating="True"))
    assert leaves_unseen_until(gone, 60) == AGO + 60
    assert leaves_unseen_until(a_claim(deleted=NOW, conditions=said(Registered="True")), 60) == NOW + 60
