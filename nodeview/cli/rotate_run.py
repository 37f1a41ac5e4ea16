"""`nodeview rotate --execute`, `status`, `resume` and `abort`: carrying out, in plain lines on stdout."""

from __future__ import annotations

import asyncio
import os
import sys
from contextlib import suppress

from nodeview.actions import Outcome, Plan, Progress
from nodeview.cli.options import assumptions_of
from nodeview.cli.rotate_lines import Lines, known_lines, undone_lines
from nodeview.cli.rotate_questions import Person
from nodeview.errors import NodeviewError, Refused, UsageError
from nodeview.live.executor import Executor, Setting, who
from nodeview.live.informer import Informer
from nodeview.live.journal import Record, place_of, save_report
from nodeview.live.rotations import Known, abort, known_rotations
from nodeview.live.stays import Stays
from nodeview.report.rotation_report import render_rotation
from nodeview.settings import Settings

STOPPED = 1


def refuse_read_only(settings: Settings) -> None:
    """Raise where nothing may be written."""
    if settings.read_only:
        raise Refused(f"{settings.origin('read_only')} forbids every write.", hint="A plan alone writes nothing.")


async def execute(plan: Plan, informer: Informer, settings: Settings, *, yes: bool) -> int:
    """Ask once, carry the plan out, and save its report; the exit code. The plan was shown before."""
    refuse_read_only(settings)
    person = Person()
    if not yes:
        if not person.there:
            print("nodeview: There is no terminal to ask on; nothing was done.", file=sys.stderr)
            print("The same command with --yes carries it out without asking.", file=sys.stderr)
            return STOPPED
        if not await person.agrees(f"Carry out: {plan.title} on {plan.cluster}?"):
            print("Nothing was done.")
            return STOPPED
    return await _carry_out(plan, informer, settings, person, None, None)


async def resume(known: Known, informer: Informer, settings: Settings, plan: Plan) -> int:
    """Go on with a rotation; `plan` is that of its journal, or made anew from what its nodes say."""
    refuse_read_only(settings)
    began = known.began if known.record is None else None
    return await _carry_out(plan, informer, settings, Person(), known.record, began)


async def undo(known: Known, informer: Informer, settings: Settings) -> int:
    """Abort a rotation: uncordon what it cordoned, and nothing else."""
    refuse_read_only(settings)
    undone = await abort(known, informer.transport, os.environ)
    for line in undone_lines(known, undone):
        print(line)
    return 1 if undone.failed else 0


def known_of(id_: str, informer: Informer) -> Known:
    """The rotation with this id. Raises `UsageError` where neither a journal here nor a node knows it."""
    found = {one.id: one for one in all_known(informer)}
    if id_ not in found:
        raise UsageError(
            f'No rotation is called "{id_}", here or on any node of this cluster.',
            hint=f"Known are {', '.join(found)}." if found else "There is none at all.",
        )
    return found[id_]


def all_known(informer: Informer) -> tuple[Known, ...]:
    """Rotations with a journal here, of this cluster, and those that its nodes bear marks of."""
    server = place_of(informer.transport.server)
    known = known_rotations(informer.read().nodes.values(), os.environ)
    return tuple(one for one in known if one.record is None or one.record.server == server or one.nodes)


def tell(known: tuple[Known, ...]) -> int:
    """Print how they stand."""
    for line in known_lines(known):
        print(line)
    return 0


async def _carry_out(
    plan: Plan,
    informer: Informer,
    settings: Settings,
    person: Person,
    record: Record | None,
    began: float | None,
) -> int:
    balloon = assumptions_of(settings).is_balloon
    stays = Stays(informer)
    setting = Setting(informer, informer.transport, os.environ, is_balloon=balloon, why_stays=stays.why)
    executor = Executor(plan, setting, record, began=began)
    following = asyncio.create_task(_follow(executor, person), name="rotation lines")
    try:
        outcome = await executor.finished()
        await following
    except asyncio.CancelledError:
        print("Stopping: what was begun is finished first.", flush=True)
        executor.stop()
        outcome = await executor.finished()
        await _say_end(outcome, executor)
        raise
    finally:
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)
        await executor.close()
        await stays.close()
        person.close()
    await _say_end(outcome, executor)
    return outcome.exit_code


async def _follow(executor: Executor, person: Person) -> None:
    """Print what happens, and put to the person what is asked; where nobody is there, asking ends it."""
    lines = Lines()
    while True:
        progress = executor.progress()
        for line in lines.of(progress):
            print(line, flush=True)
        if progress.ended:
            return
        await _ask(progress, executor, person)
        await executor.next()


async def _ask(progress: Progress, executor: Executor, person: Person) -> None:
    for question in progress.questions:
        if not person.there:
            print(f"nodeview: {question.sentence} There is no terminal to ask on.", file=sys.stderr)
            executor.answer(question.step, "stop")
            return
        person.put(question, lambda step, answer: executor.answer(step, answer))
    person.withdraw_all_but(progress.questions)


async def _say_end(outcome: Outcome, executor: Executor) -> None:
    progress = outcome.progress
    print(progress.sentence, flush=True)
    if progress.phase == "refused":
        return
    for one in progress.measures.workloads:
        print(f"{one.subject.text}: {one.words}")
    if progress.resume:
        print(f"Go on with: {progress.resume}")
        print(f"Undo with:  nodeview rotate abort {progress.plan.id}")
    with suppress(NodeviewError):
        file = save_report(progress.plan.id, render_rotation(progress, who()), os.environ)
        print(f"Report: {file}")


__all__ = ["all_known", "execute", "known_of", "refuse_read_only", "resume", "tell", "undo"]
