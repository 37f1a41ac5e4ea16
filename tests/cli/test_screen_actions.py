"""Who plans and writes for the screen, on the demo's own server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from nodeview.actions.facts import NOTHING_ASKED
from nodeview.actions.options import RotationOptions
from nodeview.actions.plan import Plan, Subject
from nodeview.cli.screen_actions import ScreenActions
from nodeview.errors import NodeviewError
from nodeview.frame import Frame
from nodeview.live.informer import Informer, Watched, open_informer
from nodeview.records import NodeName
from nodeview.settings import Settings
from nodeview.ui.runs import Wish
from nodeview.ui.slices import in_slices
from nodeview.views import Assumptions
from tests.demo_child import DemoChild, demo_child


@pytest.fixture(scope="module")
def demo() -> Iterator[DemoChild]:
    """A cluster in which hardly anything moves by itself."""
    with demo_child("quiet", "--speed=0.01") as child:
        yield child


async def opened(demo: DemoChild) -> tuple[Informer, Frame]:
    """The whole picture."""
    informer = await open_informer(demo.connection(), Assumptions(), Watched())
    while not (frame := await informer.next()).complete:
        pass
    return informer, frame


def node(demo: DemoChild, name: str) -> dict[str, Any]:
    """As the server has it now."""
    found: dict[str, Any] = demo.get(f"/api/v1/nodes/{name}")
    return found


async def made(acts: ScreenActions, wish: Wish, frame: Frame, id: str = "") -> Plan:
    """The plan of a wish."""
    return await in_slices(acts.plan(wish, frame, NOTHING_ASKED, id))


async def test_every_wish_is_planned_and_a_plan_that_is_made_anew_keeps_its_id(demo: DemoChild, tmp_path: Path) -> None:
    informer, frame = await opened(demo)
    acts = ScreenActions(informer, Settings(), {"NODEVIEW_STATE_DIR": str(tmp_path)})
    try:
        names = tuple(sorted(frame.view.nodes))[:2]
        for kind, verb in (("cordon", "cordon"), ("protect", "protect")):
            plan = await made(acts, Wish(kind, names[:1]), frame)  # type: ignore[arg-type]
            assert [step.verb for step in plan.steps] == [verb]
            assert plan.cluster == frame.identity.cluster
        assert not (await made(acts, Wish("uncordon", names[:1]), frame)).steps
        assert not (await made(acts, Wish("unprotect", names[:1]), frame)).steps
        rotation = await made(acts, Wish("rotation", names, options=RotationOptions(until="empty")), frame)
        assert {one.name for one in rotation.targets} == set(names)
        assert rotation.options["nodes"] == ",".join(names)
        assert (await made(acts, Wish("rotation", names), frame, rotation.id)).id == rotation.id
        pool = next(one.pool for one in frame.view.nodes.values() if one.pool)
        of_pool = await made(acts, Wish("rotation", pools=(pool,)), frame)
        assert {one.pool for one in of_pool.targets} == {pool}
        kind, key = next(iter(informer.read().workloads))
        restart = await made(acts, Wish("restart", workload=Subject(kind, key.name, key.namespace)), frame)
        assert [step.verb for step in restart.steps] == ["restart", "await-rollout"]
        for wish in (Wish("rotation", (NodeName("gone"),)), Wish("cordon", (NodeName("gone"),))):
            with pytest.raises(NodeviewError, match="None of these nodes is there any more"):
                await made(acts, wish, frame)
        facts = await acts.facts(rotation)
        assert facts.reviews
        assert all(one.allowed for one in facts.reviews)
        assert await acts.close() == []
        assert not any(node(demo, name)["spec"].get("unschedulable") for name in names), "plans write nothing"
    finally:
        await informer.close()


async def test_a_cordon_is_carried_out_and_its_report_is_kept(demo: DemoChild, tmp_path: Path) -> None:
    informer, frame = await opened(demo)
    acts = ScreenActions(informer, Settings(), {"NODEVIEW_STATE_DIR": str(tmp_path)})
    try:
        name = sorted(frame.view.nodes)[-1]
        plan = await made(acts, Wish("cordon", (name,)), frame)
        execution = acts.execute(plan)
        outcome = await execution.finished()
        assert outcome.exit_code == 0, outcome.progress.sentence
        assert node(demo, name)["spec"]["unschedulable"] is True
        assert await acts.close() == [], "it was over before"
        report = Path(acts.report_of(plan.id))
        assert "Cordon" in report.read_text()
        assert report.is_relative_to(tmp_path)
    finally:
        await informer.close()


async def test_protection_comes_and_goes_and_a_workload_restarts(demo: DemoChild, tmp_path: Path) -> None:
    key = "karpenter.sh/do-not-disrupt"
    informer, frame = await opened(demo)
    acts = ScreenActions(informer, Settings(), {"NODEVIEW_STATE_DIR": str(tmp_path)}, lambda: frame)
    try:
        name = next(name for name, one in sorted(frame.view.nodes.items()) if one.ownership.provisioner == "karpenter")
        for kind, value in (("protect", "true"), ("unprotect", None)):
            plan = await made(acts, Wish(kind, (name,)), frame)  # type: ignore[arg-type]
            outcome = await acts.execute(plan).finished()
            assert outcome.exit_code == 0, outcome.progress.sentence
            assert node(demo, name)["metadata"].get("annotations", {}).get(key) == value
            while (key in frame.view.nodes[name].record.annotations) is (value is None):
                frame = await informer.next()
        wish = Wish("restart", workload=Subject("Deployment", "checkout", "shop"))
        execution = acts.execute(await made(acts, wish, frame))
        while not execution.progress().of(1).over:
            await execution.next()
        template = demo.get("/apis/apps/v1/namespaces/shop/deployments/checkout")["spec"]["template"]
        assert "kubectl.kubernetes.io/restartedAt" in template["metadata"]["annotations"]
        assert await acts.close(), "its pods take their time"
    finally:
        await informer.close()


@pytest.mark.parametrize(("of", "lasting"), [("api", True), ("web", False)])
async def test_what_still_runs_is_stopped_when_it_is_closed_and_told_how_to_go_on(
    demo: DemoChild, tmp_path: Path, of: str, lasting: bool
) -> None:
    informer, frame = await opened(demo)
    acts = ScreenActions(informer, Settings(), {"NODEVIEW_STATE_DIR": str(tmp_path)})
    try:
        plan = await made(acts, Wish("rotation", pools=(of,)), frame)
        execution = acts.execute(plan)
        while execution.progress().phase == "checking":
            await execution.next()
        lines = await acts.close(lasting=lasting)
        assert execution.progress().phase == "stopped", execution.progress().sentence
        assert lines[0].startswith(f"{plan.title}: ")
        how = [f"Go on with: nodeview rotate resume {plan.id}", f"Undo with:  nodeview rotate abort {plan.id}"]
        assert lines[1:] == (how if lasting else []), "nothing goes on in a cluster that ends with the screen"
    finally:
        await informer.close()
