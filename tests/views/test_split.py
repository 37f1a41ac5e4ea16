"""A price and what it is spent on: by AWS's weights, adding up to the price to the last nano-unit."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodeview.records import OwnerRef
from nodeview.views.split import Split, apportion, is_daemon, split_of, weight_of
from tests.builders import a_node, a_pod

NANO = 10**9
GIB = 2**30 * NANO
GPU = "nvidia.com/gpu"


def of(cpu: float = 0, gib: float = 0, gpus: int = 0) -> dict[str, int]:
    """Amounts in nano-units."""
    some = {"cpu": int(cpu * NANO), "memory": int(gib * GIB)}
    return some | {GPU: gpus * NANO, "pods": 58 * NANO} if gpus else some


def test_aws_own_example() -> None:
    """A core of an m5.xlarge at $1 an hour costs 9 / 52 of it, a GiB 1 / 52."""
    node = a_node(capacity=of(4, 16), allocatable=of(4, 16))
    split = split_of(52 * NANO, node, of(1, 4), {}, {}, ())
    assert split == Split(work=13 * NANO, idle=39 * NANO)


def test_each_part_is_told_apart() -> None:
    node = a_node(capacity=of(4, 16), allocatable=of(3, 15))
    split = split_of(52 * NANO, node, of(2.5, 10), of(1, 4), of(0.5, 2), ())
    assert split == Split(work=13 * NANO, balloons=13 * NANO, daemons=int(6.5 * NANO), reserved=10 * NANO,
                          idle=int(9.5 * NANO))  # fmt: skip
    assert split.hourly == 52 * NANO


def test_a_gpu_weighs_ten_times_a_core() -> None:
    """9 for a GPU, 0.9 for a core, 0.1 for a GiB: of 1 GPU, 4 cores and 54 GiB, a half is the GPU's."""
    node = a_node(capacity=of(4, 54, 1), allocatable=of(4, 54, 1))
    split = split_of(180 * NANO, node, of(0, 0, 1), {}, {}, ())
    assert split == Split(work=90 * NANO, idle=90 * NANO)


def test_where_more_is_requested_than_there_is_all_give_way_alike() -> None:
    node = a_node(capacity=of(2, 0), allocatable=of(1, 0))
    split = split_of(40 * NANO, node, of(3, 0), of(2, 0), {}, ())
    assert split == Split(work=10 * NANO, balloons=20 * NANO, reserved=10 * NANO)


def test_fargate_bills_all_to_its_one_pod() -> None:
    node = a_node(capacity={}, allocatable={})
    assert split_of(100, node, of(1, 1) | {"pods": NANO}, {}, {}, (), fargate=True) == Split(work=100)
    assert split_of(100, node, of(1, 1) | {"pods": NANO}, of(1, 1), {}, (), fargate=True) == Split(balloons=100)
    assert split_of(100, node, {"pods": NANO}, {}, {}, (), fargate=True) == Split(work=100)
    assert split_of(100, node, {"pods": 0}, {}, {}, (), fargate=True) == Split(idle=100)


@pytest.mark.parametrize(
    ("node", "unknown"),
    [
        ({"capacity": of(4, 16), "allocatable": of(4, 16)}, ["memory"]),
        ({"capacity": of(4, 16, 1), "allocatable": of(4, 16, 1)}, [GPU]),
        ({"capacity": {"cpu": 4 * NANO}, "allocatable": of(4, 16)}, []),
        ({"capacity": of(4, 16), "allocatable": {"cpu": 4 * NANO}}, []),
        ({"capacity": of(4, 16, 1), "allocatable": of(4, 16)}, []),
        ({"capacity": of(0, 0), "allocatable": of(0, 0)}, []),
    ],
)
def test_an_amount_that_is_not_known_makes_no_split(node: dict[str, Any], unknown: list[str]) -> None:
    assert split_of(100, a_node(**node), of(1, 1), {}, {}, unknown) is None


def test_other_resources_do_not_matter() -> None:
    node = a_node(capacity=of(4, 16), allocatable=of(4, 16))
    assert split_of(52, node, of(1, 4), {}, {}, ["ephemeral-storage"]) == Split(work=13, idle=39)


def test_daemons_are_those_that_a_node_brings_with_it() -> None:
    assert is_daemon(a_pod(owner=OwnerRef("DaemonSet", "proxy", "apps")))
    assert is_daemon(a_pod(owner=OwnerRef("Node", "node-1"), mirror=True))
    assert not is_daemon(a_pod())
    assert not is_daemon(a_pod(owner=None))


def test_parts_go_to_the_greatest_remainders() -> None:
    assert apportion(10, [1, 1, 1]) == [4, 3, 3]
    assert apportion(10, [2, 1, 0, 3]) == [3, 2, 0, 5]
    assert apportion(7, [0, 0]) == [4, 3]
    assert apportion(0, []) == []


@given(st.integers(0, 10**15), st.lists(st.integers(0, 10**30), min_size=1, max_size=30))
def test_parts_add_up_and_none_is_off_by_a_whole_unit(amount: int, weights: list[int]) -> None:
    parts = apportion(amount, weights)
    assert sum(parts) == amount
    whole = sum(weights)
    for part, weight in zip(parts, weights, strict=True):
        exact = Fraction(amount * weight, whole) if whole else Fraction(amount, len(weights))
        assert abs(part - exact) < 1


AMOUNTS = st.builds(of, st.integers(0, 300), st.integers(0, 300), st.integers(0, 3))


def total(*many: dict[str, int]) -> dict[str, int]:
    return {name: sum(one.get(name, 0) for one in many) for name in {name for one in many for name in one}}


@given(st.integers(0, 10**13), AMOUNTS, AMOUNTS, AMOUNTS, AMOUNTS, AMOUNTS)
def test_a_split_is_what_plain_arithmetic_says_and_adds_up(
    hourly: int, offered: dict[str, int], kept: dict[str, int], work: dict[str, int], balloon: dict[str, int],
    daemons: dict[str, int],
) -> None:  # fmt: skip
    node = a_node(capacity=total(offered, kept), allocatable=({GPU: 0} if GPU in kept else {}) | offered)
    split = split_of(hourly, node, total(work, balloon, daemons), balloon, daemons, ())
    capacity = node.capacity
    if not weight_of(capacity):
        assert split is None
        return
    assert split is not None
    assert split.hourly == hourly
    parts = (split.work, split.balloons, split.daemons, split.reserved, split.idle)
    assert min(parts) >= 0

    def worth(amounts: dict[str, int]) -> Fraction:
        gpus, cores, gib = amounts.get(GPU, 0), amounts.get("cpu", 0), Fraction(amounts.get("memory", 0), 2**30)
        return 9 * gpus + Fraction(9, 10) * cores + Fraction(1, 10) * gib

    kept_worth = worth({name: capacity[name] - node.allocatable[name] for name in ("cpu", "memory")})
    kept_worth += worth({GPU: capacity.get(GPU, 0) - node.allocatable.get(GPU, 0)})
    said = [worth(work), worth(balloon), worth(daemons), kept_worth]
    whole = max(worth(dict(capacity)), sum(said))
    exact = [hourly * one / whole for one in (*said, whole - sum(said))]
    assert all(abs(part - plain) < 5 for part, plain in zip(parts, exact, strict=True))
