"""Bodies of what is written, by value."""

from __future__ import annotations

from nodeview.wire.writer_bodies import MERGE, RESTARTED_AT, STRATEGIC, instant, node_patch, restart_patch, seconds_at


def test_a_cordon_names_its_node_and_its_version() -> None:
    body = node_patch(uid="u", version="7", cordon=True, annotations={"a": "1", "b": None})
    metadata = {"uid": "u", "resourceVersion": "7", "annotations": {"a": "1", "b": None}}
    assert body == {"metadata": metadata, "spec": {"unschedulable": True}}


def test_an_uncordon_takes_the_field_away() -> None:
    assert node_patch(uid="u", cordon=False) == {"metadata": {"uid": "u"}, "spec": {"unschedulable": None}}


def test_the_last_taint_leaves_no_list() -> None:
    assert node_patch(uid="u", taints=[])["spec"] == {"taints": None}
    assert node_patch(uid="u", taints=[{"key": "k"}])["spec"] == {"taints": [{"key": "k"}]}
    assert "spec" not in node_patch(uid="u", annotations={"a": "1"})


def test_each_kind_is_restarted_in_its_way() -> None:
    body, content = restart_patch("StatefulSet", "u", "now")
    assert content == STRATEGIC
    assert body["spec"] == {"template": {"metadata": {"annotations": {RESTARTED_AT: "now"}}}}
    body, content = restart_patch("Rollout", "u", "now")
    assert (body["spec"], body["metadata"], content) == ({"restartAt": "now"}, {"uid": "u"}, MERGE)


def test_instants_go_there_and_back() -> None:
    assert instant(1_800_000_000.9) == "2027-01-15T08:00:00Z"
    assert seconds_at("2027-01-15T08:00:00Z") == seconds_at("2027-01-15T09:00:00+01:00") == 1_800_000_000
    assert seconds_at("yesterday") is None
    assert seconds_at("2027-01-15T08:00:00") is None
