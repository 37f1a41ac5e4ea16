"""Labels as columns: a node's own and the computed ones."""

from __future__ import annotations

import pytest

from nodeview.views import COMPUTED_LABELS, label_keys, value_of
from nodeview.views.labels import asked_labels, label_title, sort_key_of
from tests.builders import DAY, HOUR, NOW
from tests.views.build import NANO, pods, view


@pytest.mark.parametrize("prefix", ["", "eks-node-viewer/", "nodeview/"])
def test_every_computed_label_has_its_three_names(prefix: str) -> None:
    names = {f"node-{one}" for one in ("age", "cpu-usage", "memory-usage", "pods-usage", "ephemeral-storage-usage")}
    assert {f"{prefix}{name}" for name in names} <= COMPUTED_LABELS.keys()
    assert len(COMPUTED_LABELS) == 15


def test_computed_labels_say_what_is_requested_and_how_old_the_node_is() -> None:
    node = view(holds=pods(3), created=NOW - 3 * HOUR)
    assert value_of(node, "eks-node-viewer/node-age", NOW) == "3h"
    assert value_of(node, "node-cpu-usage", NOW) == "38 %"
    assert value_of(node, "nodeview/node-memory-usage", NOW) == "19 %"
    assert value_of(node, "node-pods-usage", NOW) == "5 %"
    assert value_of(node, "node-ephemeral-storage-usage", NOW) is None


def test_a_resource_that_nobody_requests_is_zero_and_one_that_cannot_be_read_is_unknown() -> None:
    room = {"cpu": 4 * NANO, "pods": 58 * NANO, "ephemeral-storage": 100 * NANO}
    assert value_of(view(allocatable=room), "node-ephemeral-storage-usage", NOW) == "0 %"
    unreadable = view(holds=pods(1, unreadable=("cpu",)))
    assert value_of(unreadable, "node-cpu-usage", NOW) is None


def test_ages_and_shares_sort_as_numbers_not_as_text() -> None:
    """E18: "45m" came after "2d"."""
    young, old = view(created=NOW - 45 * 60), view(created=NOW - 2 * DAY)
    assert sort_key_of(young, "eks-node-viewer/node-age", NOW) < sort_key_of(old, "eks-node-viewer/node-age", NOW)
    few, many = view(holds=pods(1)), view(holds=pods(8))
    assert sort_key_of(few, "node-cpu-usage", NOW) < sort_key_of(many, "node-cpu-usage", NOW)


def test_an_own_label_is_its_value_made_printable() -> None:
    node = view(labels={"team": "a\u202eb", "rack": "r10"})
    assert value_of(node, "team", NOW) == "ab"
    assert value_of(node, "absent", NOW) is None
    assert sort_key_of(node, "absent", NOW) is None
    assert sort_key_of(view(labels={"rack": "r9"}), "rack", NOW) < sort_key_of(node, "rack", NOW)


def test_empty_and_repeated_labels_ask_for_nothing() -> None:
    """E17: no label became one empty label, a column of dashes."""
    assert asked_labels([""]) == ()
    assert asked_labels([" team", "", "team", "rack "]) == ("team", "rack")


def test_a_title_is_the_last_part_of_the_path() -> None:
    assert label_title("topology.kubernetes.io/zone") == "ZONE"
    assert label_title("node-cpu-usage") == "CPU REQ"
    assert label_title("x/\x1b[1m") == "␛[1M"


def test_label_keys_are_those_of_all_nodes() -> None:
    assert label_keys([view(labels={"a": "1"}), view(labels={"b": "2"})]) == {"a", "b"}
    assert label_keys([]) == frozenset()
