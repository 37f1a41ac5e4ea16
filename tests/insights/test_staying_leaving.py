"""Why a node that is going is still here."""

from __future__ import annotations

from typing import Any

import pytest

from nodeview.records import Node, NodeName, VolumeAttachment
from tests.builders import NOW, condition, taint
from tests.insights.stays import DAEMON, World, karpenters, pool, shop, usable, why
from tests.scheduling.test_disruption_budget import SPENT, a_budget, ledger

DISRUPTED = (taint("karpenter.sh/disrupted"),)
GOING = usable(deleted=NOW - 60, finalizers=("karpenter.sh/termination",))


def draining(**overrides: Any) -> Node:
    return karpenters(**({"taints": DISRUPTED} | overrides))


def carts(*numbers: int, **overrides: Any) -> list[Any]:
    return [shop(f"cart-{number}", **overrides) for number in numbers]


def test_a_drain_counts_from_what_was_there_before_it() -> None:
    world = World(pools=[pool()], budgets=[a_budget(**SPENT)])
    stuck = [ledger(), ledger("ledger-1")]
    world.put(karpenters(), usable(), [*carts(*range(16)), *stuck, shop("agent-1", owner=DAEMON)]).look()
    leaving = carts(12, 13, 14, 15, deleted=NOW)
    world.put(draining(), GOING, [*leaving, *stuck, shop("agent-1", owner=DAEMON)])
    blocked = "2 blocked by PDB shop/ledger: needs 2 healthy, has 2"
    assert world.said()[0] == ("draining", f"12 of 18 pods moved, 4 moving, {blocked}")
    world.put(draining(), GOING, stuck)
    assert world.said()[0] == ("draining", f"16 of 18 pods moved, {blocked}")
    world.around(budgets=[a_budget()])
    assert world.said()[0] == ("draining", "16 of 18 pods moved")


def test_of_a_drain_that_was_under_way_only_what_is_known_is_said() -> None:
    world = World(pools=[pool()]).put(draining(), GOING, carts(1, 2, 3))
    assert world.said()[0][1] == "3 pods left"
    world.put(draining(), GOING, carts(3, deleted=NOW))
    assert world.said()[0][1] == "1 pod left, 2 moved since it was first seen, 1 moving"


def test_a_drain_by_kubectl_that_waits_for_a_pdb_is_one_still() -> None:
    world = World(budgets=[a_budget(**SPENT)])
    node = karpenters(unschedulable=True)
    world.put(karpenters(), usable(), [*carts(1, 2), ledger()]).look()
    world.put(node, usable(), [*carts(1, 2, deleted=NOW, disruption="EvictionByEvictionAPI"), ledger()])
    blocked = "1 blocked by PDB shop/ledger: needs 2 healthy, has 2"
    assert world.said()[0] == ("draining", f"0 of 3 pods moved, 2 moving, {blocked}")
    world.put(node, usable(), [ledger()])
    assert world.said()[0] == ("draining", f"2 of 3 pods moved, {blocked}")
    world.put(node, usable())
    assert "draining" not in dict(world.said())
    world.put(karpenters(), usable(), [ledger()])
    assert "draining" not in dict(world.said())


def test_a_cordon_alone_is_no_drain() -> None:
    assert "draining" not in dict(why(karpenters(unschedulable=True), usable(), carts(1), pools=[pool()]))


def test_a_drain_that_ended_is_forgotten() -> None:
    world = World(pools=[pool()]).put(draining(), GOING, carts(1, 2)).put(karpenters(), usable(), carts(1, 2))
    world.look()
    world.put(draining(), GOING, carts(2))
    assert world.said()[0][1] == "1 of 2 pods moved"


def test_a_pod_that_asks_to_stay_stalls_it_until_it_is_forced() -> None:
    pod = shop(wishes=(("karpenter.sh/do-not-disrupt", "true"),))
    claim = usable(deleted=NOW - 60, grace_s=600, finalizers=("karpenter.sh/termination",))
    assert why(draining(), claim, [pod]) == [
        ("draining", "1 pod left, 1 not to be disrupted (shop/cart-1)"),
        ("finalizer", "its NodeClaim waits for its finalizer karpenter.sh/termination · 1m"),
        ("forced_end", "all pods are deleted by +540"),
    ]


def test_volumes_and_finalizers_are_what_is_left() -> None:
    attached = [VolumeAttachment(f"csi-{n}", "u", NodeName("node-1"), f"pvc-{n}", True) for n in range(2)]
    node = draining(deleted=NOW - 120, finalizers=("karpenter.sh/termination",))
    assert why(node, GOING, attached=attached[:1]) == [
        ("volume", "a volume is still attached: pvc-0"),
        ("finalizer", "the node waits for its finalizer karpenter.sh/termination · 2m"),
    ]
    world = World(attached=attached).put(node, GOING)
    assert world.said()[0] == ("volume", "2 volumes are still attached: pvc-0, pvc-1")
    world.around(attached=[])
    assert world.said()[0][0] == "finalizer"
    terminating = usable(condition("InstanceTerminating", since=NOW - 30), deleted=NOW - 60)
    assert why(node, terminating)[0] == ("terminating", "its instance is being terminated · 30s")


def test_volumes_are_no_matter_while_pods_are_there_or_nobody_takes_the_node() -> None:
    attached = [VolumeAttachment("csi", "u", NodeName("node-1"), "pvc", True)]
    assert "volume" not in dict(why(draining(), GOING, carts(1), attached=attached))
    assert "volume" not in dict(why(claim=usable(), pools=[pool()], attached=attached))


@pytest.mark.parametrize("claim", [None, usable()])
def test_nothing_left_to_move_is_said(claim: Any) -> None:
    assert why(draining(), claim)[0][1].startswith("no pods are left to move")
