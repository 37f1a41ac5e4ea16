"""A person looks at one node while somebody else cordons it, and at the numbers over time."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.demo_child import DemoChild, demo_child
from tests.journeys.person import sitting_at

MERGE = "application/merge-patch+json"


@pytest.fixture
def demo() -> Iterator[DemoChild]:
    """A quiet cluster in which time stands all but still."""
    with demo_child("quiet", "--speed=0.01") as child:
        yield child


async def test_a_cordon_by_another_hand_is_above_the_pods_and_in_the_history(demo: DemoChild) -> None:
    async with sitting_at(demo.connection()) as person:
        nodes = demo.items("nodes")
        await person.sees("● live", f"{len(nodes)} nodes")
        await person.press("t", shows=f"nodes {len(nodes)}  ")
        await person.press("t", shows="· trends")
        await person.press("t", hides="· trends")
        await person.press("enter", shows="nothing happened to it")
        name = person.lines()[0].split()[0]
        path = f"/api/v1/nodes/{name}"
        demo.send("PATCH", path, {"spec": {"unschedulable": True}}, MERGE)
        await person.sees("! cordoned", "what is wrong")
        text = await person.until(lambda text: "nothing happened to it" not in text, "the history")
        history = text[text.index("history  since") :]
        assert "cordoned" in history
        demo.send("PATCH", path, {"spec": {"unschedulable": None}}, MERGE)
        await person.until(lambda text: "opened again" in text and "! cordoned" not in text, "an open node")
        await person.press("f", shows="uncordoned")
        assert "2 happened" in person.text()
