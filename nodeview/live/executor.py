"""Carries out a Plan: asks first, writes once, waits on the store's changes, and says how it stands."""

from __future__ import annotations

import asyncio
import getpass
import logging
import socket
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress

import msgspec

from nodeview.actions import Answer, Mark, Outcome, Phase, Plan, Progress, Review, Stand, Step, Subject, recheck
from nodeview.errors import JournalError, NodeviewError
from nodeview.live import journal as journals
from nodeview.live.executor_checks import rehearse, review
from nodeview.live.executor_lanes import Lanes
from nodeview.live.executor_nodes import NodeWrites
from nodeview.live.executor_removals import Removals
from nodeview.live.executor_restarts import Restarts
from nodeview.live.executor_state import NodeGone, State, StepFailed, Stopped
from nodeview.live.executor_steps import Steps, WhyStays
from nodeview.live.executor_waiting import Waiting
from nodeview.live.executor_watch import Store, Watch
from nodeview.live.executor_writes import Sender
from nodeview.live.journal import Entry, Journal, Record
from nodeview.records import NodeName, Pod
from nodeview.wire.transport import Transport
from nodeview.wire.writer import Writer
from nodeview.wire.writer_bodies import instant

log = logging.getLogger(__name__)

FRESH_S = 30.0
"""How long streams may take to be believed before it is refused to begin."""
REFUSED_CODE = 4
TELL_S = 0.25
"""How often progress of nodes and measures is told anew while things move."""


class Setting(msgspec.Struct, frozen=True):
    """In which house a plan is carried out."""

    store: Store
    transport: Transport
    environ: Mapping[str, str]
    is_balloon: Callable[[Pod], bool] = lambda pod: pod.shape.priority < 0
    why_stays: WhyStays = lambda snapshot, node, now: ""
    now: Callable[[], float] = time.time


class Executor:
    """One plan, carried out once. It runs from when it is made; all of it belongs to the loop it was made on."""

    def __init__(
        self, plan: Plan, setting: Setting, record: Record | None = None, *, began: float | None = None
    ) -> None:
        """`record` is the journal of a rotation that goes on. Without one `began` says since when it is carried out,
        where it began on another machine."""
        self._plan = plan
        self._setting = setting
        self._record = record
        self._now = setting.now
        self._resumed = record is not None or began is not None
        start = record.began if record is not None else began if began is not None else self._now()
        self._state = State(plan, start, _stands(record))
        self._writer = Writer(setting.transport)
        self._watch = Watch(plan, setting.store, setting.is_balloon, self._now)
        self._journal: Journal | None = None
        self._ended: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._task = asyncio.create_task(self._run(), name=f"executor {plan.id}")

    # -- as whoever shows it sees it --------------------------------------------------------

    def progress(self) -> Progress:
        """How it stands now."""
        return self._state.told(self._now())

    async def next(self) -> Progress:
        """The next that differs; the last one again once it has ended."""
        if self.progress().ended:
            await asyncio.sleep(0)  # whoever asks on and on stops nobody else
        else:
            await self._state.touched()
        return self.progress()

    def answer(self, step: int, answer: Answer) -> None:
        """Answer the question of this step."""
        self._state.answer(step, answer)
        self._watch.wake()

    def pause(self) -> None:
        """Begin no further step."""
        self._state.pause()

    def resume(self) -> None:
        """Go on after `pause`."""
        self._state.go_on()

    def skip(self, step: int) -> None:
        """Leave this step out, or leave off waiting in it."""
        self._state.skip(step)
        self._watch.wake()

    def stop(self) -> None:
        """Begin nothing more, finish the write in flight, and end."""
        self._state.stop()

    async def finished(self) -> Outcome:
        """Wait for the end."""
        return await asyncio.shield(self._ended)

    async def close(self) -> None:
        """Stop, and wait until it has ended; whoever made it calls this before the streams are closed."""
        self.stop()
        await asyncio.gather(self._task, return_exceptions=True)

    # -- how it goes ------------------------------------------------------------------------

    async def _run(self) -> None:
        phase: Phase = "failed"
        sentence = ""
        telling: asyncio.Task[None] | None = None
        self._watch.open()
        try:
            self._journal = self._open_journal()
            telling = asyncio.create_task(self._tell(), name="executor progress")
            phase, sentence = await self._through(self._journal)
        except Stopped:
            phase, sentence = "stopped", "Stopped when it was asked for."
        except NodeviewError as error:
            phase, sentence = "refused" if self._state.phase == "checking" else "failed", str(error)
        except Exception as error:
            log.exception("carrying out %s ended", self._plan.id)
            sentence = f"nodeview failed on this plan: {type(error).__name__}; see the log."
        finally:
            if telling is not None:
                telling.cancel()
                await asyncio.gather(telling, return_exceptions=True)
            self._end(phase, sentence)
            await self._watch.close()

    async def _through(self, journal: Journal) -> tuple[Phase, str]:
        """All of it; how it ended, and in which words."""
        sender = Sender(journal, self._state.stopping, self._now)
        nodes = NodeWrites(sender, self._writer, self._mark(), self._now)
        refused = await self._refused(nodes)
        if refused:
            return "refused", refused
        if self._plan.kind == "rotation":
            try:
                await self._claim(nodes)
            except StepFailed as error:
                await self._give_back(nodes, [NodeName(one.name) for one in self._plan.targets])
                return "refused", f"{str(error)[:1].upper()}{str(error)[1:]}."
        self._state.turn("running")
        lanes = Lanes(self._plan, self._state, journal, self._steps(sender, nodes), self._now)
        await lanes.run()
        if self._plan.kind == "rotation":
            await self._leave(nodes, lanes.parked)
        return self._verdict()

    def _steps(self, sender: Sender, nodes: NodeWrites) -> Callable[[Step], Awaitable[str]]:
        now = self._now
        waiting = Waiting(self._state, self._watch, now)
        restarts = Restarts(sender, self._writer, now, self._state.began, self._record, resumed=self._resumed)
        removals = Removals(self._watch, waiting, sender, self._writer, now)
        steps = Steps(self._plan, self._watch, waiting, nodes, restarts, removals, now, self._setting.why_stays)
        return lambda step: steps.carry_out(step, lambda: recheck(self._plan, step, self._watch.snapshot, now()))

    async def _refused(self, nodes: NodeWrites) -> str:
        """Why nothing is begun; empty where it may be."""
        if not self._plan.runnable:
            names = ", ".join(one.name for one in self._plan.blockers if not one.accepted)
            return f"The plan is blocked: {names}." if names else "There is nothing to do."
        until = self._now() + FRESH_S
        while (old := self._watch.old()) and self._now() < until and not self._state.stopping.is_set():
            await self._watch.changed()
        if old:
            return f"Nothing is written while what is known may be old: {old}."
        missing = [one for one in await review(self._writer, self._plan) if not one.allowed]
        if missing:
            return "Permissions are missing: " + "; ".join(_missing(one) for one in missing) + "."
        over = frozenset(one.step.number for one in self.progress().steps if one.over)
        refusals = await rehearse(self._writer, nodes, self._plan, over)
        if refusals:
            return (
                "The API server would refuse it: " + "; ".join(f"{one.subject}: {one.reason}" for one in refusals) + "."
            )
        if self._state.stopping.is_set():
            raise Stopped
        return ""

    async def _claim(self, nodes: NodeWrites) -> None:
        """Mark all targets as ours, in the order of their names, so that of two rotations one wins at once."""
        over = {one.step.subject.name for one in self.progress().steps if one.over and one.step.verb == "await-removed"}
        for target in sorted(self._plan.targets, key=lambda one: one.name):
            if not target.skipped and target.name not in over:
                with suppress(NodeGone):
                    await nodes.claim(Subject("Node", target.name, uid=target.uid))

    async def _leave(self, nodes: NodeWrites, parked: Mapping[NodeName, str]) -> None:
        """Undo on nodes that are parked what was done to them, and say on the others that it is over."""
        await self._give_back(nodes, list(parked))
        for target in self._plan.targets:
            if not target.skipped and target.name not in parked and self._watch.node(target.name, target.uid):
                with suppress(NodeGone):
                    await nodes.end(Subject("Node", target.name, uid=target.uid))

    async def _give_back(self, nodes: NodeWrites, names: list[NodeName]) -> None:
        uids = {one.name: one.uid for one in self._plan.targets if not one.skipped}
        for name in sorted(names):
            if name in uids:
                with suppress(NodeGone):
                    await nodes.give_back(0, Subject("Node", name, uid=uids[name]))

    def _verdict(self) -> tuple[Phase, str]:
        counts = self.progress().counts
        failed, parked = counts.get("failed", 0), counts.get("parked", 0)
        if failed or parked:
            return "failed", f"{failed} steps failed, and {parked} were not tried for that; the rest is done."
        return "done", "All is done."

    # -- what is kept and told --------------------------------------------------------------

    def _open_journal(self) -> Journal:
        environ = self._setting.environ
        if self._record is not None:
            self._journal = journal = journals.go_on(self._plan.id, environ)
            journal.write(Entry("resumed", self._now(), by=who()))
            return journal
        return journals.begin(self._plan, self._state.began, who(), self._setting.transport.server, environ)

    def _mark(self) -> Mark:
        options = msgspec.json.encode(dict(self._plan.options)).decode()
        return Mark(self._plan.id, who(), instant(self._state.began), self._plan.title, options=options)

    async def _tell(self) -> None:
        """Keep nodes and measures of the progress up to date."""
        while True:
            nodes, measures = self._watch.nodes_told(), self._watch.measuring.told(self._now())
            if nodes != self._state.nodes or self._watch.measuring.touched:
                self._watch.measuring.touched = False
                self._state.nodes, self._state.measures = nodes, measures
                self._state.touch()
            await self._watch.changed()
            await asyncio.sleep(TELL_S)

    def _end(self, phase: Phase, sentence: str) -> None:
        self._state.nodes = self._watch.nodes_told()
        self._state.measures = self._watch.measuring.told(self._now())
        self._state.resume = "" if phase in ("done", "refused") else f"nodeview rotate resume {self._plan.id}"
        if self._journal is not None:
            with suppress(JournalError):
                self._journal.write(Entry("finished", self._now(), stand=phase, words=sentence))
            self._journal.close()
        self._state.turn(phase, sentence)
        code = 0 if phase == "done" else REFUSED_CODE if phase == "refused" else 1
        self._ended.set_result(Outcome(self.progress(), code))


def who() -> str:
    """Who we are, for others: user and host."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):
        user = "somebody"
    return f"{user}@{socket.gethostname()}"


def _missing(review: Review) -> str:
    return review.access.words + (f" ({review.reason})" if review.reason else "")


def _stands(record: Record | None) -> Mapping[int, tuple[Stand, str]]:
    """Steps of an earlier run that need nothing any more: what failed, or was parked, is tried again."""
    if record is None:
        return {}
    over: dict[int, tuple[Stand, str]] = {}
    for number, entry in record.stands().items():
        if entry.stand == "done":
            over[number] = ("done", entry.words)
        elif entry.stand == "skipped":
            over[number] = ("skipped", entry.words)
    return over
