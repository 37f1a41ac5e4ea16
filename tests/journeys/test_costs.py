"""Somebody asks what the cluster costs, whose that is, and why one node has no price."""

from __future__ import annotations

import re

from nodeview.frame import PriceStatus
from nodeview.live.price_desk import PriceDesk
from nodeview.pricing import PriceBook
from nodeview.ui.options import UiOptions
from nodeview.wire.price_table import shipped_table
from tests.demo_child import start_demo
from tests.journeys.person import sitting_at

EXPIRED = "prices: AWS session expired - run: aws sso login --profile corp"


def from_the_table() -> PriceDesk:
    """What is known without a network, and what is wrong with asking AWS."""
    return PriceDesk(PriceBook(shipped_table()), said=PriceStatus(sentence=EXPIRED))


async def test_c_says_what_it_costs_and_whose_that_is_and_enter_why_a_node_has_no_price() -> None:
    demo = start_demo("quiet", "--speed=0.01")
    try:
        async with sitting_at(demo.connection(), prices=from_the_table()) as person:
            text = await person.sees("● live", "/mo", EXPIRED)
            assert re.search(r"[≥~] \$\d+\.\d\d/h", text.splitlines()[0]), text
            text = await person.press("c", shows="kube-system")
            assert "split by AWS's own 9:1" in text
            parts = [line for line in text.splitlines() if re.search(r"\$[\d.]+/h +<?\d+ %$", line)]
            assert [line.split()[0] for line in parts] == ["real", "balloons", "daemons", "reserved", "idle"], text
            money = [float(re.search(r"\$([\d.]+)/h", line)[1]) for line in parts]  # type: ignore[index]
            whole = float(re.search(r"\$([\d.]+)/h", text.splitlines()[1])[1])  # type: ignore[index]
            assert abs(sum(money) - whole) < 0.03, text
            await person.press("tab", shows="DaemonSet")
            await person.press("c", shows="/ filter", hides="DaemonSet")
            await person.type("/data")
            await person.press("enter", shows="hidden by data")
            text = await person.press("enter", shows="tried live")
            assert re.search(r"price +– r9g\.xlarge is not in the price list", text), text
    finally:
        demo.stop()


async def test_enter_on_a_namespace_shows_the_nodes_its_pods_are_on() -> None:
    demo = start_demo("quiet", "--speed=0.01")
    try:
        async with sitting_at(demo.connection(), prices=from_the_table()) as person:
            await person.sees("● live", "/mo")
            await person.press("c", shows="kube-system")
            await person.press("tab", shows="by owner")
            await person.press("tab", shows="by namespace")
            await person.press("end")  # what is nobody's is among the first
            await person.press("enter", shows="hidden by ns=", hides="costs by")
    finally:
        demo.stop()


async def test_without_prices_no_key_shows_any() -> None:
    demo = start_demo("quiet", "--speed=0.01")
    try:
        async with sitting_at(demo.connection(), options=UiOptions(priced=False)) as person:
            await person.sees("● live")
            await person.press("c")
            text = await person.press("?", shows="Group by")
            assert not any(word in text for word in ("$", "Costs", "price")), text
    finally:
        demo.stop()
