"""`nodeview report`: one complete picture on stdout, or with `--watch` one after another."""

from __future__ import annotations

import asyncio
import sys
import time
from dataclasses import dataclass

from nodeview.cli.arguments import Asked
from nodeview.cli.options import assumptions_of, table_state_of
from nodeview.cli.place import settle
from nodeview.cli.price_sources import asking_of, price_desk
from nodeview.cli.stopping import run_until_stopped
from nodeview.errors import Forbidden, Incomplete, NodeviewError, Unreachable, UsageError
from nodeview.frame import Frame, Frames
from nodeview.live.informer import Informer, Watched, open_informer
from nodeview.live.price_desk import PriceDesk
from nodeview.report.json_report import is_known, without_ages
from nodeview.report.rendering import Output, ReportOptions, json_of, line_of, render
from nodeview.settings import Settings, Sources
from nodeview.wire.connection import Connection

SETTLED = ("synced", "forbidden", "absent")
ESSENTIAL = ("nodes", "pods")
USAGE_S = 3.0
"""So long a report waits for what nodes use, which it can do without."""
JUDGED_S = 5.0
"""And so long for what would help the pods that wait."""
WAIT = "Wait longer with --timeout, or look into the log."


@dataclass(frozen=True, slots=True)
class Wanted:
    """How the report is to be given; `every_s` is None for one report, else the pause between two."""

    output: Output
    options: ReportOptions
    timeout_s: float
    every_s: float | None


def run_report(sources: Sources, asked: Asked) -> int:
    """Print what was asked for and return the exit code; raises what the sentence on stderr is made of."""
    options = asked.options
    output: Output = options.output or "table"
    if options.watch and output != "json":
        raise UsageError("--watch writes a report on each line, so it needs -o json.")
    if output == "json" and "filter" in asked.settings:
        raise UsageError(
            "--filter is for tables: a JSON report has every node.", hint="Filter it with jq, for example."
        )
    if options.every is not None and not options.watch:
        raise UsageError("--every is the pause between the reports of --watch, which was not asked for.")
    if options.audit and output not in ("table", "json"):
        raise UsageError("--audit is given as a table or as JSON.", hint="Leave -o out, or take -o json.")
    settings, connection = settle(sources)
    every = (options.every or 1.0) if options.watch else None
    wanted = Wanted(output, _report_options(settings, audited=bool(options.audit)), options.timeout or 60.0, every)
    run_until_stopped(give(connection, settings, wanted))
    return 0


def _report_options(settings: Settings, *, audited: bool) -> ReportOptions:
    return ReportOptions(
        resources=settings.resources,
        extra_labels=settings.extra_labels,
        state=table_state_of(settings),
        priced=settings.priced,
        audited=audited,
    )


async def give(connection: Connection, settings: Settings, wanted: Wanted) -> None:
    """Write to stdout what this cluster amounts to; what is missing or refused is raised after it."""
    deadline = time.monotonic() + wanted.timeout_s
    prices = price_desk(settings, asking_of(settings, "cached"), connection.aws_profile)
    informer = await follow(connection, settings, prices, wanted.timeout_s)
    try:
        frame = await settled(informer, deadline - time.monotonic())
        if frame is None:
            raise Incomplete(f"Nothing could be told within {wanted.timeout_s:g} s.", hint=WAIT)
        frame = await priced(informer, frame, deadline - time.monotonic())
        frame = await used(informer, frame, deadline - time.monotonic())
        frame = await judged(informer, frame, deadline - time.monotonic())
        say_of_prices(frame)
        problem = problem_of(frame, wanted.timeout_s)
        if problem is None and wanted.every_s is not None:
            await _watch(informer, frame, wanted.options, wanted.every_s)
        if is_known(frame, "nodes") or not isinstance(problem, Forbidden):
            _print(frame, wanted)
        if problem is not None:
            raise problem
    finally:
        await informer.close()


async def follow(connection: Connection, settings: Settings, prices: PriceDesk, timeout_s: float) -> Informer:
    """Follow the cluster; raises `Unreachable` when it does not answer in time."""
    opening = open_informer(connection, assumptions_of(settings), Watched(settings.node_selector), prices=prices)
    try:
        return await asyncio.wait_for(opening, timeout_s)
    except TimeoutError:
        sentence = f"{connection.server} gave no answer within {timeout_s:g} s."
        raise Unreachable(sentence, hint="Check the network, a VPN or proxy, or wait longer with --timeout.") from None


async def priced(informer: Informer, frame: Frame, timeout_s: float) -> Frame:
    """The frame with what AWS answers in time; prices that do not come are no reason to fail."""
    try:
        async with asyncio.timeout(max(0.0, timeout_s)):
            if await informer.prices_settled():
                return await informer.next()
    except TimeoutError:
        pass
    return frame


async def used(informer: Informer, frame: Frame, timeout_s: float) -> Frame:
    """The frame with what nodes use, where the metrics API says so soon."""
    try:
        async with asyncio.timeout(max(0.0, min(timeout_s, USAGE_S))):
            if frame.view.usage.why_nodes and await informer.usage_settled():
                return await informer.next()
    except TimeoutError:
        pass
    return frame


async def judged(frames: Frames, frame: Frame, timeout_s: float) -> Frame:
    """The frame in which it is worked out for every group of unschedulable pods what would help them, or the last one
    before that took too long.
    """
    try:
        async with asyncio.timeout(max(0.0, min(timeout_s, JUDGED_S))):
            while any(one.kind == "unschedulable" and one.outlook is None for one in frame.insights.pending.groups):
                frame = await frames.next()
    except TimeoutError:
        pass
    return frame


def say_of_prices(frame: Frame) -> None:
    """Say on stderr what of the settings and the price file is not used, and what is wrong with asking AWS."""
    said = frame.prices
    for line in filter(None, (*frame.view.given.mistakes, said.mistake, *said.warnings, said.sentence)):
        print(f"nodeview: {line}", file=sys.stderr)


async def settled(frames: Frames, timeout_s: float) -> Frame | None:
    """The first frame in which every listing has ended, or the last one before the time was up."""
    frame: Frame | None = None
    try:
        async with asyncio.timeout(max(0.0, timeout_s)):
            while frame is None or not _is_settled(frame):
                frame = await frames.next()
    except TimeoutError:
        pass
    return frame


def _is_settled(frame: Frame) -> bool:
    states = {stream.resource: stream.state for stream in frame.view.streams}
    return all(name in states for name in ESSENTIAL) and all(state in SETTLED for state in states.values())


def problem_of(frame: Frame, timeout_s: float) -> NodeviewError | None:
    """Why this is no complete picture: what the server refused, or what has not come in time; None where it is one."""
    streams = frame.view.streams
    refused = [one for one in streams if one.state == "forbidden" and one.resource in ESSENTIAL]
    if refused:
        words = "; ".join((one.reason or one.resource).rstrip(".") for one in refused)
        return Forbidden(403, "", words, hint="Ask for list and watch on nodes and pods, across namespaces.")
    missing = [f"{one.resource} ({one.reason or one.state})" for one in streams if one.state not in SETTLED]
    if missing:
        return Incomplete(f"The report is not complete after {timeout_s:g} s: {', '.join(missing)}.", hint=WAIT)
    return None


def _print(frame: Frame, wanted: Wanted) -> None:
    if wanted.every_s is not None:
        sys.stdout.write(line_of(json_of(frame, wanted.options)))
    else:
        sys.stdout.write(render(frame, wanted.output, wanted.options))
    sys.stdout.flush()


async def _watch(frames: Frames, frame: Frame, options: ReportOptions, every_s: float) -> None:
    """Write a line for this frame, and one for each later one that says more than that time has passed."""
    before: object = None
    heard = 0
    while True:
        report = json_of(frame, options, heard)
        news = report.pop("feed")
        said = without_ages(report)
        if said != before or news:
            sys.stdout.write(line_of(report | {"feed": news}))
            sys.stdout.flush()
            before, heard = said, max((one.number for one in frame.feed), default=heard)
            await asyncio.sleep(every_s)
        frame = await frames.next()
