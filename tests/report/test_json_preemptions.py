"""Preemptions in a report."""

from __future__ import annotations

from nodeview.cluster import Preemption, Preemptions, Times
from nodeview.records import NodeName, ObjectKey
from nodeview.report.json_preemptions import preemptions_json
from tests.builders import NOW

STORY = Preemption(
    victim=ObjectKey("default", "balloon-a"),
    victim_uid="v",
    at=NOW,
    node=NodeName("n-1"),
    seen=True,
    balloon=True,
    by=ObjectKey("shop", "checkout"),
    by_uid="p",
    by_priority=0,
    ran_at=NOW + 2,
    refill=ObjectKey("default", "balloon-b"),
    refilled_at=NOW + 41,
    refill_node=NodeName("n-2"),
    on_new_node=True,
)


def test_the_sums_and_the_stories() -> None:
    assert preemptions_json(Preemptions(3, 1, Times(2.5, 4), Times(), (STORY,)), known=True) == {
        "count": 3,
        "alarms": 1,
        "to_run_s": {"median": 2.5, "worst": 4},
        "to_refill_s": {"median": None, "worst": None},
        "stories": [
            {
                "victim": "default/balloon-a",
                "victim_uid": "v",
                "node": "n-1",
                "balloon": True,
                "by": "shop/checkout",
                "by_priority": 0,
                "guessed": False,
                "to_run_s": 2,
                "refill": "default/balloon-b",
                "to_refill_s": 41,
                "refill_node": "n-2",
                "on_new_node": True,
            }
        ],
    }


def test_where_nothing_is_heard_nothing_is_known() -> None:
    said = preemptions_json(Preemptions(), known=False)
    assert (said["count"], said["alarms"], said["stories"]) == (None, None, [])
    assert preemptions_json(Preemptions(), known=True)["count"] == 0
