"""Plans carried out on the demo cluster: the whole way, and each way in which it ends early."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from nodeview.actions.plan import Verdict
from nodeview.errors import Unreachable, api_error
from nodeview.live import journal as journals
from nodeview.live.executor import Executor, Setting
from nodeview.live.rotations import abort, known_rotations
from tests.demo_child import DemoChild, demo_child
from tests.live.rotating import Aftermath, Faulty, busy_nodes, carried_out, followed, plan_for


@pytest.fixture(scope="module")
def demo() -> Iterator[DemoChild]:
    """A cluster in which rollouts take a second."""
    with demo_child("quiet", "--speed=30") as child:
        yield child


@pytest.fixture
def environ(demo: DemoChild, tmp_path: Path) -> Iterator[dict[str, str]]:
    """A state folder of its own; afterwards no node is cordoned or marked."""
    yield {journals.STATE_VARIABLE: str(tmp_path)}
    Aftermath(demo).uncordon_all()


async def test_a_rotation_empties_its_nodes_and_restarts_each_workload_once(
    demo: DemoChild, environ: dict[str, str]
) -> None:
    after = Aftermath(demo)
    async with followed(demo) as informer:
        names = busy_nodes(informer, 2)
        plan, before = plan_for(informer, names), after.restarts()
        transport = Faulty(demo)
        outcome = await carried_out(plan, informer, transport, environ)
        await transport.close()
    assert (outcome.progress.phase, outcome.exit_code) == ("done", 0), outcome.progress.sentence
    restarted = {f"{step.subject.namespace}/{step.subject.name}" for step in plan.steps if step.verb == "restart"}
    assert restarted
    expected = {name: number + (name in restarted) for name, number in before.items()}
    assert after.restarts() == expected
    assert after.pods_on(names) == []
    marks, cordoned = after.marks(), after.cordoned()
    left = after.there(names)  # read last: an emptied node may be taken away at any moment
    assert cordoned >= left
    assert {marks[name]["nodeview.dev/rotation"] for name in left} <= {plan.id}
    assert all(marks[name]["nodeview.dev/rotation-cordoned"] == "true" for name in left)
    assert all(marks[name]["nodeview.dev/rotation-ended"] for name in left)
    measured = {one.subject.name: one for one in outcome.progress.measures.workloads}
    assert all(one.lowest is not None and one.wanted is not None for one in measured.values())
    moves = outcome.progress.measures.moves
    assert {move.old for move in moves} == {path.name for path in plan.pods}
    assert all(move.new and move.ready_s is not None for move in moves)
    record = journals.read(plan.id, environ)
    assert record is not None
    assert (record.ended, record.torn) == ("done", False)
    _every_write_is_framed(record)


def _every_write_is_framed(record: journals.Record) -> None:
    """Each intent before its answer, and none left open."""
    open_: set[tuple[int, str, str]] = set()
    for entry in record.entries:
        write = (entry.step, entry.what, entry.subject)
        if entry.type == "intent":
            assert write not in open_
            open_.add(write)
        elif entry.type == "answer":
            open_.remove(write)
    assert not open_


async def test_what_is_blocked_or_another_s_is_refused_before_the_first_write(
    demo: DemoChild, environ: dict[str, str]
) -> None:
    after = Aftermath(demo)
    async with followed(demo) as informer:
        names = busy_nodes(informer, 2)
        plan = plan_for(informer, names, "20261121-120000-test-0002")
        blocked = replace(plan, blockers=(Verdict("R2", "shop/bare", "no controller"),))
        transport = Faulty(demo)
        refused = await carried_out(blocked, informer, transport, environ)
        assert (refused.progress.phase, refused.exit_code) == ("refused", 4)
        assert "R2:shop/bare" in refused.progress.sentence
        assert transport.writes == []
        theirs = {"metadata": {"annotations": {"nodeview.dev/rotation": "other", "nodeview.dev/rotation-by": "ann"}}}
        demo.send("PATCH", f"/api/v1/nodes/{names[1]}", theirs, "application/merge-patch+json")
        second = await carried_out(replace(plan, id="20261121-120000-test-0003"), informer, transport, environ)
        await transport.close()
    assert (second.progress.phase, second.exit_code) == ("refused", 4)
    assert "other of ann" in second.progress.sentence
    assert after.cordoned() & set(names) == set()
    assert list(after.marks()) == [names[1]]


async def test_a_stop_finishes_what_was_begun_and_a_resume_goes_on(demo: DemoChild, environ: dict[str, str]) -> None:
    after = Aftermath(demo)
    async with followed(demo) as informer:
        names = busy_nodes(informer, 2)
        plan, before = plan_for(informer, names, "20261121-120000-test-0004"), after.restarts()
        transport = Faulty(demo)
        executor = Executor(plan, Setting(informer, transport, environ))
        while not any(one.step.verb == "await-rollout" and one.stand == "running" for one in executor.progress().steps):
            assert not (await executor.next()).ended, executor.progress().sentence
        executor.stop()
        outcome = await executor.finished()
        await executor.close()
        assert (outcome.progress.phase, outcome.exit_code) == ("stopped", 1)
        assert outcome.progress.resume == f"nodeview rotate resume {plan.id}"
        record = journals.read(plan.id, environ)
        assert record is not None
        again = await carried_out(record.plan, informer, transport, environ, record)
        await transport.close()
    assert again.progress.phase == "done", again.progress.sentence
    restarted = {f"{step.subject.namespace}/{step.subject.name}" for step in plan.steps if step.verb == "restart"}
    assert after.restarts() == {name: number + (name in restarted) for name, number in before.items()}
    assert after.pods_on(names) == []


async def test_a_failure_parks_what_hangs_on_it_and_gives_its_nodes_back(
    demo: DemoChild, environ: dict[str, str]
) -> None:
    after = Aftermath(demo)
    async with followed(demo) as informer:
        names = busy_nodes(informer, 2)
        plan = plan_for(informer, names, "20261121-120000-test-0005")
        transport = Faulty(demo)
        one = next(step.subject for step in plan.steps if step.verb == "restart")
        forbidden = api_error(403, "Forbidden", "not you")
        transport.before = lambda method, path: forbidden if path.endswith(f"/deployments/{one.name}") else None
        outcome = await carried_out(plan, informer, transport, environ)
        await transport.close()
    progress = outcome.progress
    assert (progress.phase, outcome.exit_code) == ("failed", 1)
    stands = {(state.step.verb, state.step.subject): state.stand for state in progress.steps}
    assert stands["restart", one] == "failed"
    assert stands["await-rollout", one] == "parked"
    parked = {path.node for path in plan.pods if path.workload == one}
    cordoned, marked = after.cordoned() & set(names), set(after.marks())
    left = after.there(names) - parked
    assert left <= cordoned <= set(names) - parked
    assert left <= marked <= set(names) - parked


async def test_an_abort_uncordons_what_was_cordoned_here_and_nothing_else(
    demo: DemoChild, environ: dict[str, str]
) -> None:
    after = Aftermath(demo)
    cordon = {"spec": {"unschedulable": True}}
    async with followed(demo) as informer:
        names = busy_nodes(informer, 3)
        demo.send("PATCH", f"/api/v1/nodes/{names[0]}", cordon, "application/merge-patch+json")
        plan = plan_for(informer, names, "20261121-120000-test-0006")
        plan = replace(
            plan, steps=plan.steps[:3], targets=tuple(replace(one, cordoned_before=True) for one in plan.targets)
        )
        transport = Faulty(demo)
        done = await carried_out(plan, informer, transport, environ)
        assert done.progress.phase == "done", done.progress.sentence
        assert "before" in done.progress.of(1).words
        cordoned = after.cordoned()
        assert cordoned >= after.there(names)
        nodes = [node for node in informer.read().nodes.values() if node.name in names]
        known = next(one for one in known_rotations(nodes, environ) if one.id == plan.id)
        undone = await abort(known, transport, environ)
        await transport.close()
    assert set(undone.uncordoned) == set(names[1:])
    assert set(undone.left) == {names[0]}
    assert after.cordoned() & set(names) == {names[0]}
    assert not after.marks()


async def test_a_timeout_after_the_write_was_taken_repeats_nothing(demo: DemoChild, environ: dict[str, str]) -> None:
    """Every write of the first round is taken, and none is answered."""
    after = Aftermath(demo)
    seen: set[tuple[str, str]] = set()

    def once(method: str, path: str) -> Unreachable | None:
        known = (method, path) in seen
        seen.add((method, path))
        return None if known else Unreachable("no answer in time.")

    async with followed(demo) as informer:
        names = busy_nodes(informer, 1)
        plan, before = plan_for(informer, names, "20261121-120000-test-0007"), after.restarts()
        transport = Faulty(demo)
        transport.after = once
        outcome = await carried_out(plan, informer, transport, environ)
        await transport.close()
    assert outcome.progress.phase == "done", outcome.progress.sentence
    restarts = [path for _, path in transport.writes if "/deployments/" in path]
    assert restarts
    assert len(restarts) == len(set(restarts))
    restarted = {f"{step.subject.namespace}/{step.subject.name}" for step in plan.steps if step.verb == "restart"}
    assert after.restarts() == {name: number + (name in restarted) for name, number in before.items()}


@pytest.mark.slow
@pytest.mark.parametrize("code", [409, 429, 500, 503])
async def test_a_stumble_at_every_write_loses_nothing(demo: DemoChild, environ: dict[str, str], code: int) -> None:
    """Each write is refused once before the server takes it."""
    after = Aftermath(demo)
    seen: set[tuple[str, str]] = set()

    def once(method: str, path: str) -> Exception | None:
        known = (method, path) in seen
        seen.add((method, path))
        return None if known else api_error(code, "", "stumbled", 0.01)

    async with followed(demo) as informer:
        names = busy_nodes(informer, 1)
        plan = plan_for(informer, names, f"20261121-120000-test-{code}")
        transport = Faulty(demo)
        transport.before = once
        outcome = await carried_out(plan, informer, transport, environ)
        await transport.close()
    assert outcome.progress.phase == "done", outcome.progress.sentence
    assert seen
    assert all(len(moments) == 1 for moments in transport.restarted.values())
    assert after.pods_on(names) == []


@pytest.mark.slow
async def test_of_two_that_begin_at_once_one_is_refused_by_the_name_of_the_other(
    demo: DemoChild, environ: dict[str, str]
) -> None:
    after = Aftermath(demo)
    async with followed(demo) as informer:
        names = busy_nodes(informer, 3)
        first = plan_for(informer, names[:2], "20261121-120000-test-aaaa")
        second = plan_for(informer, names[1:], "20261121-120000-test-bbbb")
        transport = Faulty(demo)
        outcomes = await asyncio.gather(*(carried_out(one, informer, transport, environ) for one in (first, second)))
        await transport.close()
    phases = sorted(one.progress.phase for one in outcomes)
    assert phases == ["done", "refused"], [one.progress.sentence for one in outcomes]
    done = next(one.progress for one in outcomes if one.progress.phase == "done")
    refused = next(one.progress for one in outcomes if one.progress.phase == "refused")
    assert done.plan.id in refused.sentence
    targets = {str(one.name) for one in done.plan.targets}
    cordoned, marks = after.cordoned() & set(names), set(after.marks())
    left = after.there(names) & targets
    assert left <= cordoned <= targets
    assert left <= marks <= targets


async def test_without_a_journal_nothing_is_written(demo: DemoChild, tmp_path: Path) -> None:
    folder = tmp_path / "rotations"
    folder.mkdir()
    folder.chmod(0o500)
    if os.access(folder, os.W_OK):
        folder.rmdir()
        folder.write_text("a file where the folder should be")
    async with followed(demo) as informer:
        transport = Faulty(demo)
        plan = plan_for(informer, busy_nodes(informer, 1), "20261121-120000-test-0008")
        outcome = await carried_out(plan, informer, transport, {journals.STATE_VARIABLE: str(tmp_path)})
        await transport.close()
    assert outcome.progress.phase == "refused"
    assert "journal" in outcome.progress.sentence
    assert transport.writes == []
    await asyncio.sleep(0)
