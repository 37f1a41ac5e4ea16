"""A plan that is being carried out, as lines: what it asks, its nodes, what it costs, its steps and its pods."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import partial

from nodeview.actions import NodeProgress, PodMove, Progress, Stand, StepState, WorkloadMeasure, verb_words
from nodeview.ui.runs import done_of
from nodeview.ui.widgets.line_list import Line, Said
from nodeview.ui.widgets.page import wrapped
from nodeview.ui.widgets.plan_lines import subject_words
from nodeview.views import Tone, cell_width, duration, printable, short_name, shorten

STANDS: dict[Stand, tuple[str, Tone]] = {
    "waiting": ("waits", Tone.MUTED),
    "running": ("runs", Tone.COMING),
    "asking": ("asks", Tone.CAUTION),
    "done": ("done", Tone.GOOD),
    "skipped": ("left out", Tone.MUTED),
    "failed": ("failed", Tone.ALARM),
    "parked": ("not tried", Tone.CAUTION),
    "stopped": ("not begun", Tone.CAUTION),
}
PHASES: dict[str, tuple[str, Tone]] = {
    "checking": ("asking the server first", Tone.COMING),
    "running": ("running", Tone.COMING),
    "paused": ("paused: nothing further is begun", Tone.CAUTION),
    "stopping": ("stopping: what was begun is finished", Tone.CAUTION),
    "done": ("done", Tone.GOOD),
    "stopped": ("stopped", Tone.CAUTION),
    "failed": ("ended, and not all of it is done", Tone.ALARM),
    "refused": ("refused: nothing was written", Tone.ALARM),
}
MOST_PODS = 1_000


def head_of(progress: Progress, now: float) -> list[Said]:
    """`running · 3 of 12 steps · 4m`."""
    words, tone = PHASES[progress.phase]
    until = progress.at if progress.ended else now
    counts = progress.counts
    said: list[Said] = [(words, tone), (f" · {done_of(progress)} of {len(progress.steps)} steps done", Tone.PLAIN)]
    wrong: tuple[Stand, ...] = ("failed", "parked", "skipped")
    for stand in wrong:
        if counts.get(stand):
            sign, tone = STANDS[stand]
            said.append((f" · {counts[stand]} {sign}", tone))
    said.append((f" · {duration(max(until - progress.began, 0.0))}", Tone.MUTED))
    return said


def lines_of_rotation(progress: Progress, unfolded: Collection[str], report: str, now: float, width: int) -> list[Line]:
    """All of it for this width; `report` says where its report lies, once it has ended."""
    lines = list(_asked(progress))
    lines += _ended(progress, report, width)
    if progress.nodes and progress.plan.kind == "rotation":
        lines += [
            _heading("nodes", "nodes"),
            *(Line(f"node:{one.name}", partial(_node, one, width)) for one in progress.nodes),
        ]
    measured = progress.measures.workloads
    if measured:
        lines += [
            _heading("workloads", "workloads: available replicas"),
            *(Line(f"workload:{one.subject.text}", partial(_workload, one, width)) for one in measured),
        ]
    lines += [
        _heading("steps", "steps"),
        *(Line(f"step:{one.step.number}", partial(_step, one, now, width)) for one in progress.steps),
    ]
    lines += _moves(progress, unfolded, width)
    return lines


def _heading(key: str, title: str) -> Line:
    return Line(f"heading:{key}", ((title, Tone.STRONG),), heading=True)


def _asked(progress: Progress) -> Iterator[Line]:
    if not progress.questions:
        return
    yield _heading("questions", "asks: press a to answer")
    for one in progress.questions:
        yield Line(f"question:{one.step}", ((" ? ", Tone.CAUTION), (printable(one.sentence), Tone.CAUTION)))


def _ended(progress: Progress, report: str, width: int) -> Iterator[Line]:
    if progress.sentence:
        tone = PHASES[progress.phase][1]
        yield Line("sentence", ((f" {printable(progress.sentence)}", tone),))
    if not progress.ended:
        return
    if progress.resume:
        yield Line("resume", ((" go on with  ", Tone.MUTED), (progress.resume, Tone.STRONG)))
        undo = progress.resume.replace(" resume ", " abort ")
        yield Line("abort", ((" undo with   ", Tone.MUTED), (undo, Tone.STRONG)))
    for place, part in enumerate(wrapped(printable(report), max(width - 15, 10))):
        word = "" if place else "report"
        yield Line(f"report:{place}", ((f" {word:<12}", Tone.MUTED), (part, Tone.STRONG)))


def _node(one: NodeProgress, width: int) -> tuple[Said, ...]:
    name = shorten(printable(short_name(one.name)), min(width // 3, 44))
    tone = Tone.MUTED if one.gone else Tone.GOOD if not one.left else Tone.COMING
    if one.words.startswith("parked"):
        tone = Tone.ALARM
    count = f"{one.pods - one.left}/{one.pods}"
    said = ((f" {name:<{min(width // 3, 44)}} ", Tone.PLAIN), (f"{count:>7}  ", Tone.MUTED))
    return (*said, (printable(one.words), tone))


def _workload(one: WorkloadMeasure, width: int) -> tuple[Said, ...]:
    room = min(width // 3, 44)
    name = shorten(printable(f"{one.subject.namespace}/{one.subject.name}"), room)
    now = f"{'–' if one.available is None else one.available}/{'–' if one.wanted is None else one.wanted}"
    tone = Tone.CAUTION if one.short else Tone.GOOD if one.lowest is not None else Tone.MUTED
    return (f" {name:<{room}} ", Tone.PLAIN), (f"{now:>7}  ", Tone.MUTED), (one.words, tone)


def _step(state: StepState, now: float, width: int) -> tuple[Said, ...]:
    step, (sign, tone) = state.step, STANDS[state.stand]
    room = min(width // 3, 44)
    name = shorten(subject_words(step), room)
    took = duration(max((state.ended or now) - state.since, 0.0)) if state.since is not None else ""
    said: list[Said] = [(f"{step.number:>4}  ", Tone.MUTED), (f"{sign:<9} ", tone)]
    done = state.stand in ("done", "waiting", "skipped")
    said.append((f"{verb_words(step.verb):<18} ", Tone.MUTED if done else Tone.STRONG))
    said.append((name + " " * (room - cell_width(name) + 1), Tone.MUTED if done else Tone.PLAIN))
    said.append((f"{took:>4}  ", Tone.MUTED))
    said.append((printable(state.words), tone if not done else Tone.MUTED))
    return tuple(said)


def _moves(progress: Progress, unfolded: Collection[str], width: int) -> Iterator[Line]:
    moves = progress.measures.moves
    if not moves:
        return
    sign = "-" if "moves" in unfolded else "+"
    ready = sum(one.ready_s is not None for one in moves)
    yield _heading("moves", "pods")
    words = f"{len(moves):,} left their node · {ready:,} of their successors are ready"
    yield Line("moves", ((f" {sign} ", Tone.STRONG), (words, Tone.PLAIN)))
    if "moves" not in unfolded:
        return
    for one in moves[:MOST_PODS]:
        yield Line(f"move:{one.old}", partial(_move, one, width))
    if len(moves) > MOST_PODS:
        yield Line("moves:more", ((f"     … {len(moves) - MOST_PODS:,} more are not listed", Tone.MUTED),))


def _move(one: PodMove, width: int) -> tuple[Said, ...]:
    room = max(width // 3, 20)
    old = shorten(printable(one.old), room)
    said: list[Said] = [(f"     {old:<{room}} → ", Tone.PLAIN)]
    if not one.new:
        return (*said, ("–", Tone.MUTED))
    said.append((shorten(printable(one.new), room), Tone.PLAIN))
    waits = "" if one.pending_s is None else f" pending {duration(one.pending_s)}"
    ready = " · not ready yet" if one.ready_s is None else f" · ready after {duration(one.ready_s)}"
    said.append((f"  {waits.strip()}{ready}", Tone.MUTED))
    return tuple(said)


def more_of_run(progress: Progress, key: str) -> str:
    """All that there is to say of one line, however long."""
    kind, _, name = key.partition(":")
    if kind == "step":
        state = progress.of(int(name))
        return printable(": ".join(filter(None, (state.step.kubectl or state.step.why, state.words))))
    if kind == "question":
        return next((printable(one.sentence) for one in progress.questions if str(one.step) == name), "")
    if kind == "node":
        return next((printable(f"{one.name}: {one.words}") for one in progress.nodes if one.name == name), "")
    return printable(progress.sentence) if kind == "sentence" else ""
