"""What Karpenter's pools allow."""

from __future__ import annotations

from typing import Any

import pytest

from nodeview.records import Disruption, NodeBudget
from tests.builders import NOW, a_claim, a_shape, condition
from tests.insights.stays import World, karpenters, pool, shop, usable, why

BALLOON = shop("balloon-1", shape=a_shape(priority=-5, priority_class="overprovisioning"))


def reasons(world: World, name: str = "node-1", now: float = NOW) -> dict[str, str]:
    return dict(world.said(name, now))


def three(budgets: list[NodeBudget], *, going: int = 0) -> World:
    world = World(pools=[pool(budgets=budgets)])
    for number in range(1, 4):
        leaving = number > 3 - going
        world.put(
            karpenters(f"node-{number}", deleted=NOW - 60 if leaving else None),
            usable(name=f"api-{number}", provider_id=f"i-{number}"),
        )
    return world


def test_a_frozen_pool_allows_nothing() -> None:
    assert reasons(three([NodeBudget("0")])) == {"budget": "budget 0 of pool api allows no disruption"}


def test_a_budget_in_use_is_no_closed_one() -> None:
    world = three([NodeBudget("34%")], going=2)
    assert reasons(world)["budget_in_use"] == "budget 34% of pool api: 2 going already, 2 allowed at a time"
    assert "budget_in_use" not in reasons(three([NodeBudget("34%")], going=1))


def test_a_closed_window_says_when_it_opens_and_the_next_frame_comes_then() -> None:
    # NOW is a Friday, 08:00 UTC
    world = three([NodeBudget("0", schedule="0 7 * * mon-fri", duration="3h"), NodeBudget("100%")])
    assert reasons(world) == {"budget": "budget 0 of pool api: closed until +7200"}
    opens = world.last.next_moment
    assert opens == NOW + 7200
    assert "nothing" in reasons(world, now=opens)
    assert world.last.next_moment == NOW + 7200 + 3 * 86_400 - 3 * 3600


def test_a_budget_counts_for_its_reasons_only() -> None:
    frozen = [NodeBudget("0", ("Empty",)), NodeBudget("100%")]
    world = three(frozen)
    assert "budget" in reasons(world)
    world.put(karpenters(), usable(name="api-1", provider_id="i-1"), [shop()])
    assert "budget" not in reasons(world)


def test_a_schedule_that_nobody_can_parse_closes_the_pool() -> None:
    world = three([NodeBudget("5", schedule="61 * * * *", duration="1h")])
    assert reasons(world) == {"budget": "pool api: its budget cannot be read (schedule '61 * * * *'), so it is closed"}


def test_the_default_is_a_tenth() -> None:
    disruption = Disruption("WhenEmptyOrUnderutilized", 30, True, None)
    world = three([])
    world.around(pools=[pool(disruption=disruption)])
    world.put(karpenters("node-3", deleted=NOW), usable(name="api-3", provider_id="i-3"))
    said = world.said()
    assert world.last.pools["api"].nodes == 3
    assert said[0] == ("budget_in_use", "budget 10% of pool api: 1 going already, 1 allowed at a time")


def test_nodes_that_are_not_initialised_or_terminated_already_do_not_count() -> None:
    world = three([NodeBudget("100%")])
    world.put(karpenters("node-4", labels={"karpenter.sh/nodepool": "api"}), a_claim("api-4", conditions=()))
    world.put(karpenters("node-5"), usable(condition("InstanceTerminating"), name="api-5"))
    ill = (condition("Ready", "False"),)
    world.put(karpenters("node-6", conditions=ill), usable(name="api-6"))
    world.look()
    assert (world.last.pools["api"].nodes, world.last.pools["api"].disrupting) == (4, 1)


@pytest.mark.parametrize(
    ("disruption", "reason", "words"),
    [
        (Disruption("Never", None, False), "policy", "pool api has consolidation disabled"),
        (Disruption("WhenEmptyOrUnderutilized", None, True), "policy", "pool api: consolidateAfter is Never"),
        (
            Disruption("WhenEmpty", 30, True),
            "not_empty",
            "2 pods on it, and pool api takes empty nodes only (WhenEmpty)",
        ),
    ],
)
def test_the_policy(disruption: Disruption, reason: str, words: str) -> None:
    world = World(pools=[pool(disruption=disruption)]).put(karpenters(), usable(), [shop(), shop("cart-2")])
    assert world.said()[0] == (reason, words)


def test_balloons_keep_a_node_from_being_empty() -> None:
    around: dict[str, Any] = {"pools": [pool("WhenEmpty")]}
    assert why(claim=usable(), pods=[BALLOON], **around)[0] == (
        "balloons",
        "1 balloon and nothing else on it, and pool api takes empty nodes only (WhenEmpty)",
    )
    assert why(claim=usable(), pods=[BALLOON, shop()], **around)[0][0] == "not_empty"
    assert why(claim=usable(), **around)[0][0] == "nothing"


def test_consolidate_after_counts_from_the_last_pod() -> None:
    fresh = (condition("Initialized", since=NOW - 3600),)
    claim = usable(conditions=fresh, last_pod_at=NOW - 10)
    world = World(pools=[pool()]).put(karpenters(), claim, [shop()])
    assert world.said() == [("quiet", "consolidateAfter of pool api runs (a pod came or went) until +20")]
    assert world.said(now=NOW + 20)[0][0] == "unknown"
    young = usable(conditions=(condition("Initialized", since=NOW - 5),))
    assert why(claim=young, pods=[shop()], pools=[pool()])[0][1].endswith("+25")
