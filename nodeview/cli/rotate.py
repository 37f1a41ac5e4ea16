"""`nodeview rotate`: a plan on stdout, and with `--execute` its carrying out."""

from __future__ import annotations

import secrets
import sys
import time
from collections.abc import AsyncIterator, Generator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TypeVar

from nodeview.actions import (
    NOTHING_ASKED,
    About,
    Chosen,
    Plan,
    PlanFacts,
    RotationOptions,
    Selection,
    choose,
    options_said,
    plan_rotation,
)
from nodeview.cli.arguments import Asked
from nodeview.cli.place import settle
from nodeview.cli.price_sources import asking_of, price_desk
from nodeview.cli.report import WAIT, follow, priced, problem_of, say_of_prices, settled
from nodeview.cli.rotate_arguments import SELECTING, asked_for, options_of, selection_of
from nodeview.cli.rotate_run import execute, refuse_read_only
from nodeview.cli.stopping import run_until_stopped
from nodeview.cluster import Snapshot
from nodeview.errors import Incomplete, NodeviewError, UsageError
from nodeview.frame import Frame
from nodeview.live.informer import Informer
from nodeview.live.plan_facts import ask_facts
from nodeview.records import NodeName
from nodeview.report.plan_report import PlanOutput, render_plan
from nodeview.settings import Settings, Sources
from nodeview.wire.connection import Connection

T = TypeVar("T")
BLOCKED = 4


@dataclass(frozen=True, slots=True)
class PlanWanted:
    """Which plan, and how it is to be told."""

    selection: Selection
    options: RotationOptions
    output: PlanOutput
    timeout_s: float
    execute: bool = False
    yes: bool = False
    """Carry it out without asking first."""


def run_rotate(sources: Sources, asked: Asked) -> int:
    """Print the plan and return the exit code; raises what the sentence on stderr is made of."""
    if asked.options.words:
        from nodeview.cli.rotate_known import run_known

        return run_known(sources, asked)
    wanted = wanted_of(asked)
    settings, connection = settle(sources)
    if wanted.execute:
        refuse_read_only(settings)
    return run_until_stopped(plan_and_execute(connection, settings, wanted))


def wanted_of(asked: Asked) -> PlanWanted:
    """What the command line asks for."""
    options = asked.options
    output: PlanOutput = options.output or "table"
    if options.output == "csv":
        raise UsageError('A plan cannot be written as "csv".', hint="There are table, json and markdown.")
    if options.yes and not options.execute:
        raise UsageError("--yes answers what --execute asks, which was not given.")
    chosen, how = selection_of(options), options_of(options)
    return PlanWanted(chosen, how, output, options.timeout or 60.0, bool(options.execute), bool(options.yes))


async def plan_and_execute(connection: Connection, settings: Settings, wanted: PlanWanted) -> int:
    """Follow the cluster until all is listed, plan, write the plan to stdout, and carry it out where that is asked."""
    async with following(connection, settings, wanted.timeout_s) as (informer, frame):
        plan = plan_of(frame, informer.read(), wanted)
        facts = await ask_facts(informer.transport, plan, read_only=settings.read_only)
        plan = plan_of(frame, informer.read(), wanted, facts)
        sys.stdout.write(render_plan(plan, wanted.output))
        sys.stdout.flush()
        if not plan.runnable:
            return BLOCKED
        return await execute(plan, informer, settings, yes=wanted.yes) if wanted.execute else 0


@asynccontextmanager
async def following(
    connection: Connection, settings: Settings, timeout_s: float
) -> AsyncIterator[tuple[Informer, Frame]]:
    """The cluster with its first complete frame; raises what is missing of it."""
    deadline = time.monotonic() + timeout_s
    prices = price_desk(settings, asking_of(settings, "cached"), connection.aws_profile)
    informer = await follow(connection, settings, prices, timeout_s)
    try:
        frame = await settled(informer, deadline - time.monotonic())
        if frame is None:
            raise Incomplete(f"Nothing could be told within {timeout_s:g} s.", hint=WAIT)
        frame = await priced(informer, frame, deadline - time.monotonic())
        say_of_prices(frame)
        problem = problem_of(frame, timeout_s)
        if problem is not None:
            raise problem
        yield informer, frame
    finally:
        await informer.close()


def plan_of(frame: Frame, snapshot: Snapshot, wanted: PlanWanted, facts: PlanFacts = NOTHING_ASKED) -> Plan:
    """The plan of this moment, at one go. Raises what is wrong with the selection."""
    chosen = chosen_of(frame, wanted.selection)
    about = About(frame.identity.context, frame.identity.cluster, mark=secrets.token_hex(2))
    said = asked_for(wanted.selection)
    return at_once(plan_rotation(frame.view, snapshot, chosen, wanted.options, about, frame.at, facts, said))


async def plan_again(
    informer: Informer,
    said: Mapping[str, str | int | bool | None],
    nodes: tuple[NodeName, ...],
    facts: PlanFacts = NOTHING_ASKED,
    about: About | None = None,
) -> Plan:
    """The same plan of what the cluster is now: `said` is the options of the plan before, `nodes` its targets.

    Nodes that are gone are left out. With the id of the plan before in `about`, what it holds already is its own.
    """
    frame = await informer.next()
    identity = frame.identity
    about = about or About(identity.context, identity.cluster, mark=secrets.token_hex(2))
    there = tuple(name for name in nodes if name in frame.view.nodes)
    chosen = Chosen(there, f"{len(there)} node{'' if len(there) == 1 else 's'}")
    selection = {name: value for name, value in said.items() if name in SELECTING}
    options = options_said(said)
    return at_once(plan_rotation(frame.view, informer.read(), chosen, options, about, frame.at, facts, selection))


def chosen_of(frame: Frame, selection: Selection) -> Chosen:
    """The nodes that were asked for. Raises one sentence where there are none."""
    chosen = choose(selection, frame.view, frame.at)
    if chosen.wrong:
        raise UsageError(chosen.mistake)
    if chosen.mistake:
        raise NodeviewError(chosen.mistake, hint="See `nodeview report` for what there is.")
    return chosen


def at_once(work: Generator[None, None, T]) -> T:
    """Do all of the work without a pause: nobody else waits for this process."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            result: T = end.value
            return result
