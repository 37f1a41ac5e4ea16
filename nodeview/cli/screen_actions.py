"""Who plans and writes for the screen: over the informer that the screen is fed from, and its transport."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Generator, Mapping
from importlib import import_module
from typing import TYPE_CHECKING

from msgspec.structs import replace

from nodeview.actions import (
    About,
    Execution,
    Plan,
    PlanFacts,
    Selection,
    choose,
    plan_cordon,
    plan_protect,
    plan_restart,
    plan_rotation,
    plan_uncordon,
    plan_unprotect,
)
from nodeview.cli.options import assumptions_of
from nodeview.cluster import Snapshot
from nodeview.errors import NodeviewError
from nodeview.frame import Frame
from nodeview.records import NodeName
from nodeview.settings import Settings
from nodeview.ui.runs import Wish, done_of

if TYPE_CHECKING:  # loaded in a thread when the first plan asks the server
    from nodeview.live.executor import Executor
    from nodeview.live.informer import Informer
    from nodeview.live.stays import Stays


class ScreenActions:
    """Plans of the present moment, and executions that end with it. Close it before the informer."""

    def __init__(
        self,
        informer: Informer,
        settings: Settings,
        environ: Mapping[str, str],
        newest: Callable[[], Frame | None] = lambda: None,
    ) -> None:
        """`environ` says where journals and reports lie, `newest` is the frame on show."""
        self._informer = informer
        self._settings = settings
        self._environ = environ
        self._newest = newest
        self._stays: Stays | None = None
        self._executors: list[Executor] = []
        self._reports: dict[str, str] = {}
        self._reporting: set[asyncio.Task[None]] = set()

    def plan(self, wish: Wish, frame: Frame, facts: PlanFacts, id: str) -> Generator[None, None, Plan]:
        """The plan of what is known now, in slices."""
        cluster = frame.identity.cluster or frame.identity.context
        about = About(frame.identity.context, cluster, id=id, mark=secrets.token_hex(2))
        snapshot = at_rest(self._informer.read())
        if wish.kind == "rotation":
            plan = yield from self._rotation(wish, frame, snapshot, facts, about)
            return plan
        yield
        return single_plan(wish, frame, snapshot, facts, about)

    def _rotation(
        self, wish: Wish, frame: Frame, snapshot: Snapshot, facts: PlanFacts, about: About
    ) -> Generator[None, None, Plan]:
        selection = Selection(nodes=known_of(wish.nodes, frame), pools=wish.pools)
        if selection.empty:
            raise NodeviewError("None of these nodes is there any more.")
        chosen = choose(selection, frame.view, frame.at)
        if chosen.mistake:
            raise NodeviewError(chosen.mistake)
        asked = {"nodes": ",".join(selection.nodes) or None, "pool": ",".join(wish.pools) or None}
        said: dict[str, str | int | bool | None] = {name: value for name, value in asked.items() if value}
        plan = yield from plan_rotation(frame.view, snapshot, chosen, wish.options, about, frame.at, facts, said)
        return plan

    async def facts(self, plan: Plan) -> PlanFacts:
        """What the server says of the plan."""
        await asyncio.to_thread(_load)
        from nodeview.live.plan_facts import ask_facts

        return await ask_facts(self._informer.transport, plan, read_only=self._settings.read_only)

    def execute(self, plan: Plan) -> Execution:
        """Begin to carry it out."""
        from nodeview.live.executor import Executor, Setting
        from nodeview.live.stays import Stays

        self._stays = self._stays or Stays(OnShow(self._newest))
        is_balloon, transport = assumptions_of(self._settings).is_balloon, self._informer.transport
        why = self._stays.why
        setting = Setting(self._informer, transport, self._environ, is_balloon=is_balloon, why_stays=why)
        executor = Executor(plan, setting)
        self._executors.append(executor)
        task = asyncio.create_task(self._report(executor), name=f"report {plan.id}")
        self._reporting.add(task)
        task.add_done_callback(self._reporting.discard)
        return executor

    async def _report(self, executor: Executor) -> None:
        from nodeview.live.executor import who
        from nodeview.live.journal import save_report
        from nodeview.report.rotation_report import render_rotation

        progress = (await executor.finished()).progress
        if progress.phase == "refused":
            return
        try:
            file = save_report(progress.plan.id, render_rotation(progress, who()), self._environ)
            self._reports[progress.plan.id] = str(file)
        except NodeviewError as error:
            self._reports[progress.plan.id] = f"none: {error.sentence}"

    def report_of(self, id: str) -> str:
        """Where its report lies."""
        return self._reports.get(id, "")

    async def close(self, *, lasting: bool = True) -> list[str]:
        """Stop what runs, as far as the write in flight; what there is to say about it afterwards.

        A cluster that is not `lasting` ends with the screen: nothing can go on there.
        """
        left = [one for one in self._executors if not one.progress().ended]
        await asyncio.gather(*(one.close() for one in self._executors))
        await asyncio.gather(*self._reporting, return_exceptions=True)
        if self._stays is not None:
            await self._stays.close()
        lines = []
        for progress in (one.progress() for one in left):
            lines.append(f"{progress.plan.title}: {done_of(progress)} of {len(progress.steps)} steps are done.")
            if progress.resume and lasting:
                lines.append(f"Go on with: {progress.resume}")
                lines.append(f"Undo with:  nodeview rotate abort {progress.plan.id}")
        return lines


class OnShow:
    """The frames that the screen pulls, for whoever wants one now and then: the screen alone pulls them."""

    def __init__(self, newest: Callable[[], Frame | None]) -> None:
        """`newest` is the frame on show, None before the first."""
        self._newest = newest

    async def next(self) -> Frame:
        """The frame on show."""
        while (frame := self._newest()) is None:
            await asyncio.sleep(1.0)
        return frame


def single_plan(wish: Wish, frame: Frame, snapshot: Snapshot, facts: PlanFacts, about: About) -> Plan:
    """A plan of a step or two. Raises where its nodes are gone."""
    view, now = frame.view, frame.at
    if wish.kind == "restart" and wish.workload is not None:
        one = wish.workload
        return plan_restart(view, snapshot, one.kind, one.key, about, now, facts, wish.options)
    names = [NodeName(name) for name in known_of(wish.nodes, frame)]
    if not names:
        raise NodeviewError("None of these nodes is there any more.")
    if wish.kind == "cordon":
        return plan_cordon(view, names, about, now)
    if wish.kind == "uncordon":
        return plan_uncordon(view, names, about, now)
    return (plan_protect if wish.kind == "protect" else plan_unprotect)(view, names[0], about, now)


def known_of(names: tuple[NodeName, ...], frame: Frame) -> tuple[str, ...]:
    """Those that are still there."""
    return tuple(str(name) for name in names if name in frame.view.nodes)


def at_rest(snapshot: Snapshot) -> Snapshot:
    """The same with mappings of its own, which do not move while a plan is made of it in slices."""
    return replace(
        snapshot,
        nodes=dict(snapshot.nodes),
        pods={name: dict(pods) for name, pods in snapshot.pods.items()},
        waiting=dict(snapshot.waiting),
        node_pools=dict(snapshot.node_pools),
        owners=dict(snapshot.owners),
        workloads=dict(snapshot.workloads),
        budgets=dict(snapshot.budgets),
        recommendations=dict(snapshot.recommendations),
    )


def _load() -> None:
    import_module("nodeview.live.plan_facts")
    import_module("nodeview.live.executor")
