"""Stories of a person who changes a cluster from the screen; what came of it is asked of the server."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from nodeview.cli.screen_actions import ScreenActions
from nodeview.settings import Settings
from nodeview.ui.options import UiOptions
from nodeview.views import short_name
from tests.demo_child import DemoChild, demo_child
from tests.journeys.person import Person, sitting_at

POOL = "karpenter.sh/nodepool"
LONG = 60.0
"""Seconds for a rotation of two nodes of the demo, ten times as fast as real ones."""


@pytest.fixture(scope="module")
def demo() -> Iterator[DemoChild]:
    """A cluster that hardly moves by itself."""
    with demo_child("quiet", "--speed=0.01") as child:
        yield child


@asynccontextmanager
async def acting_at(child: DemoChild, state: Path, *, may: bool = True) -> AsyncIterator[Person]:
    """Somebody who may write, or may not, at the complete dashboard."""
    where = {"NODEVIEW_STATE_DIR": str(state)}
    acts = (lambda informer: ScreenActions(informer, Settings(), where)) if may else None
    async with sitting_at(child.connection(), options=UiOptions(acting=may), acts=acts) as one:
        await one.sees("● live", "nodes", "feed")
        yield one


def touched(child: DemoChild) -> list[Any]:
    """All by which a rotation could be seen: cordons, our annotations, restarts."""
    nodes = [
        (one["metadata"]["name"], one["spec"].get("unschedulable"), sorted(one["metadata"].get("annotations", {})))
        for one in child.items("nodes")
    ]
    workloads = [
        (one["metadata"]["name"], one["spec"]["template"]["metadata"].get("annotations"))
        for one in child.get("/apis/apps/v1/deployments")["items"]
    ]
    return sorted(nodes) + sorted(workloads, key=str)


async def test_a_plan_is_read_and_cancelled_and_nothing_has_changed(demo: DemoChild, tmp_path: Path) -> None:
    before = touched(demo)
    async with acting_at(demo, tmp_path) as person:
        await person.press("home", "space", "space", shows="◆ 2 nodes marked")
        await person.press("r", shows="rotate: restart what runs there")
        await person.press("enter", shows="nothing has been changed yet")
        await person.sees("kubectl cordon", "wait until empty", ">[ Cancel ]<")
        await person.until(lambda text: "the server is being asked" not in text, "what the server says")
        await person.press("tab")
        await person.type("dem")
        await person.press("enter", shows="that is not demo: nothing was done")
        await person.press("escape", shows="◆ 2 nodes marked")
        assert touched(demo) == before
        assert not list(tmp_path.rglob("*"))


async def test_without_the_right_to_write_no_key_leads_there(demo: DemoChild, tmp_path: Path) -> None:
    async with acting_at(demo, tmp_path, may=False) as person:
        before = person.text()
        assert " r rotate" not in before
        await person.press("space", "r", "w")
        await person.pilot.pause(0.2)
        assert "marked" not in person.text()
        assert "cordon" not in person.text()
        await person.press("question_mark", shows="Keys")
        assert "Rotate, cordon" not in person.text()


async def test_a_node_is_cordoned_and_uncordoned_by_the_same_review(demo: DemoChild, tmp_path: Path) -> None:
    async with acting_at(demo, tmp_path) as person:
        await person.press("home", "r", shows=" cordon: no new pods")
        await person.press("down", "enter", shows="kubectl cordon")
        await person.until(lambda text: "the server is being asked" not in text, "what the server says")
        await person.press("tab")
        await person.type("demo")
        await person.press("enter", shows="All is done.")
        await person.sees(" report ")
        shut = [one for one in demo.items("nodes") if one["spec"].get("unschedulable")]
        assert len(shut) == 1
        await person.press("escape", hides="All is done.")
        await person.sees("1 cordoned")
        await person.press("r", shows="uncordon: pods may come again")
        await person.press("down", "enter", shows="kubectl uncordon")
        await person.until(lambda text: "the server is being asked" not in text, "what the server says")
        await person.press("tab")
        await person.type("demo")
        await person.press("enter", shows="All is done.")
        assert not [one for one in demo.items("nodes") if one["spec"].get("unschedulable")]


@pytest.mark.slow
async def test_two_nodes_are_rotated_to_the_end_while_leaving_asks(tmp_path: Path) -> None:
    with demo_child("quiet", "--speed=10") as child:
        nodes = [one["metadata"] for one in child.items("nodes") if one["metadata"]["labels"].get(POOL) == "web"]
        names = {one["name"] for one in nodes[:2]}
        async with acting_at(child, tmp_path) as person:
            for name in sorted(names):
                person.app.screen.table.move_to_key(name)  # type: ignore[attr-defined]
                await person.press("space")
            await person.sees("◆ 2 nodes marked")
            await person.press("r", shows="rotate: restart what runs there")
            await person.press("enter", shows="nothing has been changed yet")
            await person.until(lambda text: "the server is being asked" not in text, "what the server says")
            await person.press("tab")
            await person.type("demo")
            await person.press("enter", shows="workloads: available replicas")
            await person.press("q", shows="still runs")
            await person.press("enter", hides="still runs")
            await person.press("escape", shows="press w")
            await person.press("w", shows="steps done")
            await person.until(lambda text: "All is done." in text, "the end", LONG)
            text = await person.sees(" report ")
            assert "never below" in text or "down to" in text
            assert not names & {one["metadata"]["name"] for one in child.items("nodes")}, "Karpenter took them away"
            for name in names:
                assert f"{short_name(name)} " in text
        reports = [file.read_text() for file in tmp_path.rglob("*.md")]
        assert len(reports) == 1
        assert all(name in reports[0] for name in names)
