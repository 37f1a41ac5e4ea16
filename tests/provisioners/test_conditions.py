"""What conditions say of a node's life."""

from __future__ import annotations

from nodeview.provisioners.conditions import find, is_true, last_stage, moment_of, words_of
from tests.builders import NOW, a_claim, condition


def test_a_condition_by_its_type() -> None:
    one, other = condition("Launched", since=NOW), condition("Ready", "False", since=None)
    assert find((one, other), "Ready") is other
    assert find((one,), "Ready") is None
    assert moment_of(one) == NOW
    assert moment_of(other) is None
    assert moment_of(None) is None
    claim = a_claim(conditions=(one, other))
    assert is_true(claim, "Launched")
    assert not is_true(claim, "Ready")
    assert not is_true(None, "Launched")


def test_words_of_a_condition_hold_no_age() -> None:
    assert words_of(condition("Ready", "Unknown", "NodeStatusUnknown", "x")) == "not heard of"
    assert words_of(condition("Ready", "Unknown", "NodeStatusNeverUpdated")) == "never heard of"
    assert words_of(condition("Ready", "False", "R", "last seen 3m0.9s ago")) == "last seen some time ago"
    assert words_of(condition("Ready", "False", "R")) == "R"


def test_how_far_karpenter_has_come_in_taking_a_node_away() -> None:
    def stage(**statuses: str) -> str | None:
        return last_stage(a_claim(conditions=tuple(condition(key, status) for key, status in statuses.items())))

    assert last_stage(None) is None
    assert stage() is None
    assert stage(Drained="Unknown") == "its pods are leaving"
    assert stage(Drained="True", VolumesDetached="Unknown") == "waiting for its volumes to detach"
    assert stage(Drained="True", VolumesDetached="True", InstanceTerminating="True") == (
        "its instance is being terminated"
    )
