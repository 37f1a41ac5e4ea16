"""What settings mean to the floors below, and a sentence for those that mean nothing."""

from __future__ import annotations

from typing import Any

import pytest

from nodeview.cli.options import assumptions_of, table_state_of, ui_options_of
from nodeview.errors import UsageError
from nodeview.settings import Settings
from nodeview.views import TableState, arrange, is_balloon_by_rule, node_columns
from tests.builders import DAY, NOW, a_pod, a_shape
from tests.views.build import view


def order_of(node_sort: str) -> list[str]:
    nodes = [view("old", created=NOW - 9 * DAY), view("young", created=NOW - DAY)]
    state = table_state_of(Settings(node_sort=node_sort))
    return [row.name for row in arrange(nodes, state, node_columns((), ()), NOW, ()).rows if hasattr(row, "name")]


def test_creation_means_what_eks_node_viewer_means_by_it() -> None:
    assert order_of("creation=dsc") == ["old", "young"]
    assert order_of("creation=asc") == order_of("creation") == ["young", "old"]


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"node_sort": "creation=up"}, '--x: "creation=up" is no sort order'),
        ({"node_sort": "crration"}, "Did you mean creation?"),
        ({"node_sort": ""}, "is no sort order"),
        ({"filter": "pol=api"}, "did you mean pool?"),
        ({"filter": "cpu>lots"}, "--x: "),
        ({"group_by": "poool"}, '--x: "poool" is none of pool, zone'),
        ({"name_pattern": "("}, "is not a regular expression"),
    ],
)
def test_what_nothing_can_be_made_of_names_its_origin(settings: dict[str, Any], words: str) -> None:
    given = Settings(**settings, origins=dict.fromkeys(settings, "--x"))
    with pytest.raises(UsageError) as caught:
        table_state_of(given)
    assert words in str(caught.value)
    assert str(caught.value).startswith("--x: ")
    assert ".." not in str(caught.value)
    assert "?." not in str(caught.value)


@pytest.mark.parametrize("key", ["pool", "name", "node-age", "topology.kubernetes.io/zone", "team"])
def test_groupings_may_be_words_labels_and_asked_labels(key: str) -> None:
    assert table_state_of(Settings(group_by=key, extra_labels=("team",))).group_by == key


def test_a_resource_and_an_extra_label_can_be_sorted_and_filtered_by() -> None:
    settings = Settings(resources=("cpu", "pods"), extra_labels=("team",), node_sort="cpu=dsc", filter="team=web")
    state = table_state_of(settings)
    assert (state.sort_by, state.descending) == ("cpu", True)


def test_assumptions_take_what_the_cluster_does_not_tell() -> None:
    settings = Settings(
        resources=("memory",),
        pool_labels=("team",),
        capacity_types={"purchase": {"s": "spot"}},
        disable_pricing=True,
        pending_amber=10,
        pending_red=20,
        churn_minutes=30,
        churn_moves=9,
    )
    given = assumptions_of(settings)
    assert (given.churn_minutes, given.churn_moves) == (30, 9)
    assert (given.waits_long, given.waits_too_long) == (10, 20)
    assert (given.resources, given.pool_labels, given.priced) == (("memory",), ("team",), False)
    assert given.capacity_types == {"purchase": {"s": "spot"}}


def test_every_option_of_the_screen_is_filled_from_the_settings() -> None:
    settings = Settings(
        resources=("pods",),
        extra_labels=("team",),
        group_by="pool",
        filter="pool=api",
        name_pattern="(a)",
        style=("#111111", "#222222", "#333333"),
        theme="light",
        ascii=True,
        mouse=False,
        fps=3,
        disable_pricing=True,
        read_only=True,
    )
    options = ui_options_of(settings, table_state_of(settings), "prod")
    default = ui_options_of(Settings(), TableState(), "")
    same = [name for name in type(options).__struct_fields__ if getattr(options, name) == getattr(default, name)]
    assert same == []
    assert options.sort_by == "age"


def test_the_themes_are_those_of_the_screen() -> None:
    from nodeview.settings import THEMES
    from nodeview.ui import tones

    assert THEMES == tones.THEMES


def test_the_capacity_types_are_those_of_the_provisioners() -> None:
    from typing import get_args

    from nodeview.provisioners import CapacityType
    from nodeview.settings import CAPACITY_TYPES

    assert get_args(CapacityType) == CAPACITY_TYPES


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"balloon_selector": "x in"}, '--x has "x in"'),
        ({"balloon_name": "("}, '--x is "(", which is no regular expression'),
    ],
)
def test_balloons_that_nothing_can_be_made_of_name_their_origin(settings: dict[str, Any], words: str) -> None:
    given = Settings(**settings, balloon_priority_below=5, origins=dict.fromkeys(settings, "--x"))
    with pytest.raises(UsageError) as caught:
        assumptions_of(given)
    assert str(caught.value).startswith(words)


def test_what_a_balloon_is_can_be_set() -> None:
    placeholder = a_pod(labels=(("role", "spare"),), shape=a_shape(requests={"cpu": 10**9}))
    assert not assumptions_of(Settings()).is_balloon(placeholder)
    assert assumptions_of(Settings(balloon_selector="role=spare")).is_balloon(placeholder)
    assert assumptions_of(Settings()).is_balloon is is_balloon_by_rule


@pytest.mark.parametrize(
    ("settings", "priced"),
    [({}, True), ({"prices": "off"}, False), ({"prices": "live", "disable_pricing": True}, False)],
)
def test_prices_are_off_in_either_of_two_ways(settings: dict[str, Any], priced: bool) -> None:
    assert assumptions_of(Settings(**settings)).priced is priced


def test_the_shape_of_headroom_is_read_and_a_wrong_one_names_its_flag() -> None:
    chosen = assumptions_of(Settings(headroom_shape="shop/checkout")).headroom_shape
    assert (chosen.namespace, chosen.name) == ("shop", "checkout")
    origins = {"headroom_shape": "--headroom-shape"}
    with pytest.raises(UsageError, match=r"^--headroom-shape: is \"checkout\", and must be like"):
        assumptions_of(Settings(headroom_shape="checkout", origins=origins))
