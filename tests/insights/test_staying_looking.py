"""Only what was heard of is looked at again."""

from __future__ import annotations

from nodeview.records import NodeBudget, NodeName
from tests.builders import NOW
from tests.insights.stays import World, event, karpenters, pool, shop, usable
from tests.scheduling.test_disruption_budget import SPENT, a_budget, ledger


def two() -> World:
    world = World(pools=[pool()], budgets=[a_budget()])
    world.put(karpenters(), usable(), [ledger()])
    world.put(karpenters("node-2"), usable(name="api-2"), [shop()])
    world.look()
    return world


def test_nothing_differs_and_it_is_the_same() -> None:
    world = two()
    before = world.last
    assert world.look(NOW + 5) is before


def test_a_touched_node_alone_is_looked_at() -> None:
    world = two()
    before = world.last
    now = world.put(karpenters(), usable(), [shop()]).look()
    assert now.nodes[NodeName("node-2")] is before.nodes[NodeName("node-2")]
    assert now.nodes[NodeName("node-1")] is not before.nodes[NodeName("node-1")]
    assert now.pools is before.pools


def test_a_budget_whose_status_changes_touches_no_node_and_is_heard() -> None:
    world = two()
    before = world.last
    world.around(budgets=[a_budget(**SPENT)])
    assert world.said()[0][0] == "pdb"
    assert world.last.nodes is before.nodes


def test_a_budget_that_selects_others_touches_nodes_of_its_namespace() -> None:
    world = two()
    world.around(budgets=[a_budget(selector=(), **SPENT)])
    assert world.said("node-2")[0][0] == "pdb"
    world.around(budgets=[])
    assert world.said("node-2")[0][0] == "nothing"


def test_an_event_touches_the_node_that_it_is_about_or_whose_claim() -> None:
    world = two()
    before = world.last
    world.events.put(event("Unconsolidatable", "Can't remove without creating 2 candidates", "uid-api-2"))
    world.events.put(event("Unconsolidatable", "of nobody", "uid-nobody"))
    assert world.said("node-2")[0][0] == "karpenter"
    assert world.last.nodes[NodeName("node-1")] is before.nodes[NodeName("node-1")]


def test_a_node_that_went_is_forgotten() -> None:
    world = two()
    world.gone("node-2")
    seen = world.look()
    assert seen.of(NodeName("node-2"), NOW) == ()
    assert set(seen.uids) == {"uid-node-1", "uid-api-1"}


def test_a_pool_is_judged_again_when_its_policy_changes_only() -> None:
    world = two()
    judged = world.last.pools["api"]
    world.around(pools=[pool(resources={"cpu": 10**9})])
    assert world.look().pools["api"].allowed is judged.allowed
    world.around(pools=[pool(budgets=[NodeBudget("0")])])
    assert world.said()[0][0] == "budget"


def test_budgets_that_were_heard_of_before_the_first_node_count() -> None:
    world = World(pools=[pool()], budgets=[a_budget(**SPENT)])
    world.look()
    world.put(karpenters(), usable(), [ledger()])
    assert world.said()[0][0] == "pdb"


def test_many_nodes_are_looked_at_in_slices() -> None:
    world = World(pools=[pool()])
    for number in range(200):
        world.put(karpenters(f"node-{number}"), usable(name=f"api-{number}"))
    world.look()
    assert world.slices >= 6
    assert all(world.last.first(name, NOW) for name in world.nodes)
