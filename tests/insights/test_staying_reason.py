"""One reason for which a node is here."""

from __future__ import annotations

from nodeview.insights.staying_reason import Stay, in_order, proof_of


def test_the_strongest_comes_first_and_what_has_ended_does_not_come() -> None:
    passing = Stay("pod_annotation", "until", until=100.0)
    reasons = [Stay("nothing", ""), passing, Stay("budget", "", until=50.0), Stay("pod_annotation", "for good")]
    assert [(one.reason, one.until) for one in in_order(reasons, 50.0)] == [
        ("pod_annotation", None),
        ("pod_annotation", 100.0),
        ("nothing", None),
    ]
    assert [one.reason for one in in_order(reasons, 100.0)] == ["pod_annotation", "nothing"]


def test_a_forced_end_that_has_passed_is_still_said() -> None:
    assert in_order([Stay("forced_end", "all pods are deleted by", until=5.0)], 10.0)


def test_a_proof_holds_its_moment_and_where_asked_its_age() -> None:
    stay = Stay("budget", "closed until", until=7200.0, since=60.0)
    assert proof_of(stay, lambda at: f"<{at:g}>") == "closed until <7200>"
    assert proof_of(stay, lambda at: f"<{at:g}>", now=240.0) == "closed until <7200> · 3m"
