"""That an instance is about to be taken away, as Events say."""

from __future__ import annotations

from nodeview.provisioners import Interruption, interruption_of, phase_of
from nodeview.records import ObjectRef
from tests.builders import NOW, a_claim, a_node, condition, taint
from tests.cluster.events import an_event

ABOUT = ObjectRef("Node", "", "node-1", "uid-node-1")
NOTICE = Interruption("SpotInterrupted", "spot interruption notice", NOW - 20)


def test_the_last_notice_counts_and_a_recommendation_is_none() -> None:
    events = [
        an_event("x", ABOUT, reason="InstanceStopping", at=NOW - 90),
        an_event("x", ABOUT, reason="SpotInterrupted", at=NOW - 20),
        an_event("x", ABOUT, reason="SpotRebalanceRecommendation", at=NOW),
        an_event("x", ABOUT, reason="InstanceTerminating", at=None),
    ]
    assert interruption_of(events) == NOTICE
    assert interruption_of(events[2:]) is None
    assert interruption_of(()) is None


def test_a_noticed_node_is_interrupted_for_as_long_as_the_notice_is_fresh() -> None:
    found = phase_of(a_node(), None, NOW, interruption=NOTICE)
    assert (found.phase, found.reason, found.since) == ("interrupted", "spot interruption notice", NOW - 20)
    assert (found.next_moment, found.evidence) == (NOTICE.until, "Event SpotInterrupted since 2027-01-15 07:59:40 UTC")
    assert phase_of(a_node(), None, NOTICE.until, interruption=NOTICE).phase == "ready"


def test_a_drain_says_that_the_notice_is_its_cause() -> None:
    claim = a_claim(deleted=NOW - 9, conditions=(condition("Drained", "Unknown", "Draining"),))
    node = a_node(taints=(taint("karpenter.sh/disrupted"),))
    said = phase_of(node, claim, NOW, interruption=NOTICE)
    assert (said.phase, said.reason) == ("draining", "spot interruption notice, its pods are leaving")
