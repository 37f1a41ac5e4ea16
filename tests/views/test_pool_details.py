"""What a pool's nodes are, and how they come."""

from __future__ import annotations

from msgspec.structs import replace

from nodeview.cluster import Arrivals, Failures
from nodeview.provisioners import name_pattern
from nodeview.records import NodeGroup, ServerVersion
from nodeview.views import Assumptions, Filter, parse_filter
from nodeview.views.pool_details import behind_in, details_of, image_of, names_of
from tests.builders import NOW, a_claim, a_node, a_pool
from tests.report.frames import a_frame
from tests.views.build import view
from tests.views.pools import CONTROL_PLANE, a_karpenter_node


def test_nodes_are_counted_by_what_they_are() -> None:
    nodes = [
        a_karpenter_node("n-1"),
        a_karpenter_node("n-2", type_="m7g.2xlarge", kubelet_version="v1.34.0-eks-1", os_image=""),
        a_karpenter_node("n-3", labels={"karpenter.k8s.aws/instance-ami-id": "ami-2"}),
    ]
    seen = a_frame(nodes, (), [a_pool("api")]).view
    details = details_of(seen.pools[0], seen, (), (NodeGroup("g"),), CONTROL_PLANE, NOW)
    assert list(details.instance_types.items()) == [("m7g.xlarge", 2), ("m7g.2xlarge", 1)]
    assert details.images == {"ami-1": 2, "ami-2": 1}
    assert details.os_images == {"Amazon Linux 2023": 2, None: 1}
    assert details.zones == {"eu-west-1a": 3}
    assert details.behind == 2
    assert details.autoscaler == (NodeGroup("g"),)
    assert details.budgets is not None
    assert details.step is not None


def test_what_no_node_pool_makes_has_neither_limits_nor_budgets() -> None:
    seen = a_frame([a_node(labels={"eks.amazonaws.com/nodegroup": "system"})]).view
    details = details_of(seen.pools[0], seen, (), (), None, NOW)
    assert (details.step, details.budgets, details.behind, details.next_moment) == (None, None, None, None)


def test_groups_that_a_pattern_gathered_are_told_by_their_own_names() -> None:
    labels = [{"alpha.eksctl.io/nodegroup-name": f"worker-api-1{zone}-v7"} for zone in "aac"]
    given = Assumptions(name_groups=(name_pattern(r"^(?P<pool>worker-\w+)-1[ac]-v\d+$"),))
    nodes = [view(f"n-{place}", labels=said, given=given) for place, said in enumerate(labels)]
    assert [(one.pool, one.ownership.group) for one in nodes][:1] == [("worker-api", "worker-api-1a-v7")]
    frame = a_frame([a_node(f"n-{place}", labels=said) for place, said in enumerate(labels)])
    seen = replace(frame.view, nodes={one.name: one for one in nodes})
    gathered = replace(seen.pools[0], name="worker-api", leaves=tuple(seen.leaves.values()))
    details = details_of(gathered, seen, (), (), None, NOW)
    assert details.groups == {"worker-api-1a-v7": 2, "worker-api-1c-v7": 1}
    assert names_of(gathered, seen.nodes) == ("worker-api", "worker-api-1a-v7", "worker-api-1c-v7")


def test_how_nodes_come_and_fail_to() -> None:
    frame = a_frame([a_karpenter_node("n-1")], (), [a_pool("api")])
    failures = Failures(3, NOW - 60, "no capacity")
    arrivals = Arrivals({}, {"api": (30.0, 40.0, 90.0), "web": (1.0,)}, {"api": failures})
    seen = replace(frame.view, arrivals=arrivals)
    coming = details_of(seen.pools[0], seen, (), (), None, NOW).coming
    assert coming.ready is not None
    assert (coming.ready.median_s, coming.ready.worst_s, coming.ready.count) == (40.0, 90.0, 3)
    assert coming.failures is failures
    assert coming.claims == 0


def test_the_image_may_be_said_by_the_claim_alone() -> None:
    assert image_of(view("n", claim=a_claim(image="ami-9"))) == "ami-9"
    assert image_of(view("n")) is None


def test_behind_is_a_minor_version_or_more() -> None:
    versions = {"v1.33.9": 2, "v1.34.0-eks": 3, "v1.35.0": 1, "odd": 1, "v1.9.0": 4}
    assert behind_in(versions, ServerVersion(1, 34, "v1.34.2")) == 6
    assert behind_in(versions, None) is None


def test_a_filter_by_pool_finds_the_gathered_name_and_the_labels_own() -> None:
    given = Assumptions(name_groups=(name_pattern(r"^(?P<pool>worker-\w+)-1[ac]-v\d+$"),))
    node = view("n", labels={"alpha.eksctl.io/nodegroup-name": "worker-api-1a-v7"}, given=given)
    for words, found in (("pool=worker-api", True), ("pool=worker-api-1a-v7", True), ("pool=worker", False)):
        wanted = parse_filter(words)
        assert isinstance(wanted, Filter)
        assert wanted.matches(node, NOW) is found
    free = parse_filter("1a-v7")
    assert isinstance(free, Filter)
    assert free.matches(node, NOW)
