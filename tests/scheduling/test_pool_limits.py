"""What a pool's limits leave, and the smallest machine that can still be made of it."""

from __future__ import annotations

from nodeview.records import NANO, Node, Requirement
from nodeview.scheduling import LimitLeft, next_step, types_of
from tests.builders import a_node, a_pool, amounts

GIB = 2**30 * NANO
TYPE = "node.kubernetes.io/instance-type"


def machine(name: str, cpu: int, gib: int = 16) -> Node:
    return a_node(f"n-{name}", labels={TYPE: name}, capacity=amounts(cpu, gib))


SEEN = types_of([machine("m7g.xlarge", 4), machine("m7g.2xlarge", 8, 32), machine("m7g.4xlarge", 16, 64)])


def test_without_limits_the_next_machine_is_the_smallest() -> None:
    step = next_step(a_pool(), SEEN, 3)
    assert (step.limits, step.closed) == ((), False)
    assert step.smallest is not None
    assert step.smallest.name == "m7g.xlarge"


def test_a_remainder_of_three_cannot_take_a_machine_of_four() -> None:
    pool = a_pool(limits={"cpu": 23 * NANO}, resources={"cpu": 20 * NANO})
    step = next_step(pool, SEEN, 3)
    assert step.limits == (LimitLeft("cpu", 23 * NANO, 20 * NANO),)
    assert step.limits[0].left == 3 * NANO
    assert step.smallest is None
    assert step.least is not None
    assert step.least.name == "m7g.xlarge"
    assert [(one.about, one.missing) for one in step.over] == [("cpu", NANO)]
    assert step.closed


def test_what_is_left_is_enough_for_some_types() -> None:
    larger = a_pool(
        limits={"cpu": 30 * NANO},
        resources={"cpu": 20 * NANO},
        requirements=(Requirement(TYPE, "In", ("m7g.2xlarge", "m7g.4xlarge")),),
    )
    step = next_step(larger, SEEN, 3)
    assert step.smallest is not None
    assert step.smallest.name == "m7g.2xlarge"
    assert step.complete
    assert not step.closed
    assert not next_step(larger, SEEN[:1], 3).complete


def test_a_limit_of_nodes_counts_the_nodes_where_the_status_does_not() -> None:
    step = next_step(a_pool(node_limit=3), SEEN, 3)
    assert step.limits == (LimitLeft("nodes", 3 * NANO, 3 * NANO),)
    assert step.closed
    assert step.smallest is None
    said = next_step(a_pool(node_limit=3, resources={"nodes": 2 * NANO}), SEEN, 3)
    assert not said.closed
    assert said.smallest is not None


def test_what_is_used_of_a_limit_may_be_unknown_and_is_nothing_without_nodes() -> None:
    silent = a_pool(limits={"memory": 64 * GIB}, resources={"cpu": NANO})
    step = next_step(silent, SEEN, 1)
    assert step.limits[0].left is None
    assert not step.closed
    fresh = next_step(a_pool(limits={"memory": 64 * GIB, "cpu": 0}), SEEN, 0)
    assert [(one.resource, one.used) for one in fresh.limits] == [("cpu", 0), ("memory", 0)]
    assert fresh.closed


def test_of_types_nobody_saw_nothing_is_known() -> None:
    step = next_step(a_pool(limits={"cpu": 8 * NANO}, resources={"cpu": 4 * NANO}), (), 1)
    assert (step.smallest, step.least, step.over, step.complete) == (None, None, (), False)


def test_a_limit_of_nothing_forbids_only_machines_that_have_some() -> None:
    """Limits of no GPUs are how GPUs are kept out of a pool."""
    pool = a_pool(limits={"cpu": 100 * NANO, "nvidia.com/gpu": 0}, resources={"cpu": 4 * NANO, "nvidia.com/gpu": 0})
    step = next_step(pool, SEEN, 1)
    assert not step.closed
    assert step.smallest is not None
    assert [one.spent for one in step.limits] == [False, False]
    assert [one.spent for one in next_step(a_pool(limits={"cpu": 0}), SEEN, 0).limits] == [True]
