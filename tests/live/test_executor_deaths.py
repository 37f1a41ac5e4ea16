"""Ended in the middle: at every line of the journal and at every write, then gone on with, or aborted."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from nodeview.actions.plan import Plan
from nodeview.errors import JournalError
from nodeview.live import journal as journals
from nodeview.live.executor import Executor, Setting
from nodeview.live.informer import Informer
from nodeview.live.journal import Entry, Journal
from nodeview.live.rotations import abort, known_rotations
from tests.demo_child import DemoChild, demo_child
from tests.live.rotating import Aftermath, Faulty, busy_nodes, carried_out, followed, plan_for

pytestmark = pytest.mark.slow


class Killed(BaseException):
    """As `kill -9`: nothing of ours runs after it."""


BOUNDARIES = (
    "plan",
    *("intent mark", "answer mark"),
    *("begin cordon", "intent cordon", "answer cordon", "end cordon"),
    *("begin restart", "intent restart", "answer restart", "end restart"),
    *("begin await-rollout", "end await-rollout", "begin await-empty", "end await-empty"),
    *("intent end", "answer end", "finished"),
)
"""Every kind of line that a journal has, in the order in which they first come."""
TRIES = 5
"""Nodes that are tried for a boundary: where pods leave by themselves meanwhile, nothing is restarted."""


class Death:
    """Ends all of a rotation at the first line of a kind, before it is written or just after."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, transport: Faulty, at: str, *, written: bool) -> None:
        self.dead = False
        write = Journal.write

        def mortal(journal: Journal, entry: Entry) -> None:
            if self.dead:
                raise Killed
            if f"{entry.type} {entry.what}".strip() == at:
                self.dead = True
                if written:
                    write(journal, entry)
                raise Killed
            write(journal, entry)

        monkeypatch.setattr(Journal, "write", mortal)
        transport.before = lambda method, path: Killed() if self.dead else None


@pytest.fixture(scope="module")
def demo() -> Iterator[DemoChild]:
    """A cluster in which rollouts take a moment."""
    with demo_child("quiet", "--speed=40") as child:
        yield child


async def _dies(
    plan: Plan, informer: Informer, transport: Faulty, environ: dict[str, str], at: str, *, written: bool
) -> bool:
    """Carry it out until it dies; False where it came to its end before."""
    with pytest.MonkeyPatch.context() as patched:
        death = Death(patched, transport, at, written=written)
        executor = Executor(plan, Setting(informer, transport, environ))
        await asyncio.gather(executor._task, return_exceptions=True)
        if executor._journal is not None:
            executor._journal.close()
    transport.before = lambda method, path: None
    return death.dead


@pytest.mark.parametrize("written", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("end", ["resume", "abort"])
async def test_ended_at_every_line_of_its_journal(demo: DemoChild, tmp_path: Path, *, written: bool, end: str) -> None:
    """Each time one restart of each workload at the most, and only our cordons are undone."""
    Aftermath(demo).uncordon_all()
    environ = {journals.STATE_VARIABLE: str(tmp_path)}
    async with followed(demo) as informer:
        for at in BOUNDARIES:
            for attempt in range(TRIES):
                name = f"20261121-12{BOUNDARIES.index(at):02}{attempt}-test-{end}"
                died = await _ended_at(demo, informer, environ, name, at, end, written=written)
                if died:
                    break
            assert died, at


async def _ended_at(
    demo: DemoChild, informer: Informer, environ: dict[str, str], id_: str, at: str, end: str, *, written: bool
) -> bool:
    after, names = Aftermath(demo), busy_nodes(informer, 1)
    plan = plan_for(informer, names, id_)
    cordoned, transport = after.cordoned(), Faulty(demo)
    died = await _dies(plan, informer, transport, environ, at, written=written)
    if died and end == "resume":
        await _resume(plan, informer, transport, environ, at)
        assert after.pods_on(names) == [], at
        ours = after.cordoned() - cordoned
        assert after.there(names) <= ours <= set(names), at
    elif died:
        await _abort(plan, informer, transport, environ)
        assert after.cordoned() == cordoned, at
        assert not after.marks(), at
    assert all(len(moments) == 1 for moments in transport.restarted.values()), f"{at}: {transport.restarted}"
    await transport.close()
    after.uncordon_all()
    await asyncio.sleep(0.3)  # until the stream shows it
    return died


async def _resume(plan: Plan, informer: Informer, transport: Faulty, environ: dict[str, str], died: str) -> None:
    try:
        record = journals.read(plan.id, environ)
    except JournalError:
        assert died == "plan"  # nothing was done by then
        (journals.state_folder(environ) / f"{plan.id}.jsonl").unlink()
        record = None
    outcome = await carried_out(record.plan if record else plan, informer, transport, environ, record)
    assert outcome.progress.phase == "done", f"{died}: {outcome.progress.sentence}"
    for state in outcome.progress.steps:
        path = f"/apis/apps/v1/namespaces/{state.step.subject.namespace}/deployments/{state.step.subject.name}"
        if state.step.verb == "restart" and state.words.startswith("restarted"):
            assert len(transport.restarted[path]) == 1, died


async def _abort(plan: Plan, informer: Informer, transport: Faulty, environ: dict[str, str]) -> None:
    await asyncio.sleep(0.3)  # until the stream shows what was done
    for known in known_rotations(informer.read().nodes.values(), environ):
        if known.id == plan.id:
            await abort(known, transport, environ)


CHILD = """
import asyncio, os, sys
from tests.demo_child import DemoChild
from tests.live.rotating import Faulty, busy_nodes, carried_out, followed, plan_for

async def main():
    demo = DemoChild(sys.argv[1], sys.argv[2], None)
    async with followed(demo) as informer:
        plan = plan_for(informer, busy_nodes(informer, 1), "20261121-130000-child-0001")
        await carried_out(plan, informer, Faulty(demo), os.environ)

asyncio.run(main())
"""


async def test_a_real_kill_and_a_second_process(demo: DemoChild, tmp_path: Path) -> None:
    """While it runs the journal is locked; once it is killed another process goes on."""
    environ = {journals.STATE_VARIABLE: str(tmp_path)}
    after, id_ = Aftermath(demo), "20261121-130000-child-0001"
    after.uncordon_all()
    child = subprocess.Popen([sys.executable, "-c", CHILD, demo.url, demo.token], env={**os.environ, **environ})
    try:
        while not _says(id_, environ, "restart"):
            assert child.poll() is None
            await asyncio.sleep(0.002)
        child.send_signal(signal.SIGSTOP)
        with pytest.raises(JournalError, match="Another process"):
            journals.go_on(id_, environ)
    finally:
        child.kill()
        child.wait(10)
    record = journals.read(id_, environ)
    assert record is not None
    assert record.ended == ""
    async with followed(demo) as informer:
        transport = Faulty(demo)
        outcome = await carried_out(record.plan, informer, transport, environ, record)
        await transport.close()
    assert outcome.progress.phase == "done", outcome.progress.sentence
    assert all(one.stand in ("done", "skipped") for one in outcome.progress.steps)
    assert after.pods_on([one.name for one in record.plan.targets]) == []
    after.uncordon_all()


def _says(id_: str, environ: dict[str, str], what: str) -> bool:
    try:
        record = journals.read(id_, environ)
    except JournalError:
        return False
    return record is not None and any(entry.what == what for entry in record.entries)
