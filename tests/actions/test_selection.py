"""Which nodes are chosen, and the one sentence where none are."""

from __future__ import annotations

import re
from typing import Any

import pytest

from nodeview.actions.selection import Selection, choose, version_of
from nodeview.records import Node
from nodeview.views import Assumptions, ClusterView
from tests.actions.world import World
from tests.builders import DAY, NOW, a_claim, a_node, condition

POOL = "karpenter.sh/nodepool"


def node(name: str, pool: str = "api", **said: Any) -> Node:
    labels = {POOL: pool, **said.pop("labels", {})}
    return a_node(name, provider_id=f"aws:///a/{name}", labels=labels, **said)


def cluster() -> ClusterView:
    ami = "karpenter.k8s.aws/instance-ami-id"
    world = World(
        node("a", created=NOW - 9 * DAY, kubelet_version="v1.32.4-eks-1", labels={ami: "ami-1"}),
        node("b", created=NOW - 2 * DAY, labels={"team": "shop", ami: "ami-2"}),
        node("c", "web", created=NOW - 8 * DAY, labels={"team": "shop"}),
        a_node("d", created=NOW - DAY, labels={"alpha.eksctl.io/nodegroup-name": "worker-1a-20240101"}),
    )
    drifted = a_claim("one", provider_id="aws:///a/b", conditions=(condition("Drifted", "True"),))
    world.having(claims=[drifted])
    return world.view(world.snapshot())


@pytest.mark.parametrize(
    ("selection", "names"),
    [
        (Selection(nodes=("b", "a")), ["a", "b"]),
        (Selection(pools=("api",)), ["a", "b"]),
        (Selection(pools=("worker-*-20240101", "web")), ["c", "d"]),
        (Selection(selector="team=shop"), ["b", "c"]),
        (Selection(older_than_s=7 * DAY), ["a", "c"]),
        (Selection(kubelet_below="1.33"), ["a"]),
        (Selection(kubelet_below="1.33.2"), ["a", "b", "c", "d"]),
        (Selection(other_image=True), ["a"]),
        (Selection(drifted=True), ["b"]),
        (Selection(pools=("api",), older_than_s=7 * DAY), ["a"]),
    ],
)
def test_nodes_that_meet_all_of_it(selection: Selection, names: list[str]) -> None:
    chosen = choose(selection, cluster(), NOW)
    assert (list(chosen.names), chosen.mistake) == (names, "")


@pytest.mark.parametrize(
    ("selection", "sentence"),
    [
        (Selection(), "No nodes are chosen: name them, or say a pool, a selector or an age."),
        (Selection(nodes=("a", "x", "y")), 'There is no node "x", "y".'),
        (Selection(pools=("apy",)), 'No node is of a pool "apy". There are api, web, worker-1a-20240101.'),
        (Selection(selector="=="), 'The selector has "==", which is no requirement'),
        (Selection(kubelet_below="new"), 'A kubelet version is such as 1.33 or v1.33.2, not "new".'),
        (Selection(pools=("web",), drifted=True), "No node is of pool web, drifted."),
        (Selection(older_than_s=30 * DAY), "No node is older than 30d."),
    ],
)
def test_one_clear_sentence_where_there_are_none(selection: Selection, sentence: str) -> None:
    chosen = choose(selection, cluster(), NOW)
    assert chosen.names == ()
    assert chosen.mistake.startswith(sentence)
    assert chosen.mistake.endswith(".")


def test_a_pool_answers_to_the_name_that_the_settings_gather_it_under_and_to_its_own() -> None:
    given = Assumptions(name_groups=(re.compile(r"^(?P<pool>worker-\w+)-\d+$"),))
    label = "alpha.eksctl.io/nodegroup-name"
    world = World(
        a_node("a", labels={label: "worker-1a-2024"}), a_node("b", labels={label: "worker-1a-2025"}), given=given
    )
    view = world.view(world.snapshot())
    assert choose(Selection(pools=("worker-1a",)), view, NOW).names == ("a", "b")
    assert choose(Selection(pools=("worker-1a-2024",)), view, NOW).names == ("a",)


def test_words_say_what_was_asked_for() -> None:
    assert choose(Selection(pools=("api",)), cluster(), NOW).words == "2 nodes of pool api"
    assert choose(Selection(nodes=("a",)), cluster(), NOW).words == "a"


def test_versions() -> None:
    assert version_of("v1.33.1-eks-1a2b3c4") == (1, 33, 1)
    assert version_of("1.9") == (1, 9, 0)
    assert version_of("x") is None
