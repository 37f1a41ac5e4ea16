"""A plan as lines to move in: what stands in its way, its steps, its pods, the room it needs, what undoes it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import partial
from itertools import groupby

from nodeview.actions import (
    Plan,
    PodPath,
    Step,
    Verdict,
    counted,
    gathered,
    listed,
    room_rows,
    verb_words,
    why_words,
)
from nodeview.ui.widgets.line_list import Line, Said
from nodeview.views import Tone, cell_width, printable, short_name, shorten, shorten_end

FOLDED = 6
"""More steps than so many that do the same to several are told as one, until somebody unfolds them."""
MOST_PODS = 1_000
WITH_COMMANDS = 110
"""Columns from which the commands stand beside the steps."""
Gist = tuple[object, ...]
PATH_WORDS = {
    "restart": "restart with their workload",
    "evict": "are evicted",
    "job": "end by themselves",
    "leaving": "are terminating already",
    "balloon": "balloons, evicted last",
    "daemon": "of daemons stay",
    "static": "static ones stay",
    "blocked": "have no way of leaving",
}


def lines_of_plan(plan: Plan, unfolded: Collection[str], width: int) -> list[Line]:
    """All of it for this width; `unfolded` are the keys of lines that somebody opened."""
    lines: list[Line] = []
    if plan.blockers:
        open_ = sum(not one.accepted for one in plan.blockers)
        title = f"stands in the way: {open_}" if open_ else "stood in the way, and is accepted"
        lines += [_heading("blockers", title), *(_blocker(one) for one in plan.blockers)]
    if not plan.steps:
        lines.append(Line("nothing", ((" there is nothing to do", Tone.CAUTION),)))
    else:
        lines += [_heading("steps", f"steps: {len(plan.steps):,}"), *_steps(plan.steps, unfolded, width)]
    lines += _pods(plan, unfolded, width)
    lines += _room(plan)
    warnings = ("mind", "mind", plan.warnings, Tone.CAUTION), ("notes", "for information", plan.notes, Tone.MUTED)
    for key, title, some, tone in warnings:
        if some:
            lines += [_heading(key, title), *_verdicts(key, some, tone)]
    if plan.undo:
        lines += [_heading("undo", "undo"), *_undo(plan.undo)]
    return lines


def _heading(key: str, title: str) -> Line:
    return Line(f"heading:{key}", ((f"{title}", Tone.STRONG),), heading=True)


def _blocker(one: Verdict) -> Line:
    sign, tone = ("accepted ", Tone.CAUTION) if one.accepted else ("", Tone.ALARM)
    said = ((f" {one.id:<4} ", tone), (sign, tone), (f"{printable(one.subject)} ", Tone.STRONG))
    return Line(f"blocker:{one.name}", (*said, (printable(one.message), Tone.PLAIN)))


def _verdicts(key: str, some: Iterable[Verdict], tone: Tone) -> Iterator[Line]:
    """Those that say the same of several as one."""
    for one, subjects in gathered(some):
        said = ((f" {one.id:<4} ", tone), (f"{subjects} ", Tone.PLAIN), (printable(one.message), Tone.MUTED))
        yield Line(f"{key}:{one.id}:{one.message}", said)


def subject_words(step: Step) -> str:
    """`shop/checkout`, `ip-10-0-0-7`: nodes by their short names."""
    if step.subject.kind == "Node":
        return printable(short_name(step.subject.name))
    return printable("/".join(filter(None, (step.subject.namespace, step.subject.name))))


def _steps(steps: Sequence[Step], unfolded: Collection[str], width: int) -> Iterator[Line]:
    with_commands = width >= WITH_COMMANDS
    names = max((cell_width(subject_words(one)) for one in steps), default=0)
    room = min(names, width // 4 if with_commands else width // 3)
    for _, run in groupby(steps, key=lambda one: (one.stage, one.verb)):
        some = list(run)
        key = f"fold:{some[0].number}"
        if len(some) > FOLDED:
            numbers = f"{some[0].number:>4}  "
            sign = "- " if key in unfolded else "+ "
            subjects = listed((subject_words(one) for one in some), 2)
            said = ((numbers, Tone.MUTED), (f"{sign}{verb_words(some[0].verb)} ", Tone.STRONG))
            words = f"{counted(len(some), 'time')}: {subjects}"
            yield Line(key, (*said, (words, Tone.PLAIN)))
            if key not in unfolded:
                continue
        for one in some:
            yield Line(f"step:{one.number}", partial(_step, one, steps, room, width, with_commands))


def _step(one: Step, steps: Sequence[Step], room: int, width: int, with_commands: bool) -> Iterator[Said]:
    before = steps[one.number - 2] if one.number > 1 else None
    goes_on = one.verb == "await-rollout" and before is not None and before.subject == one.subject
    name = "" if goes_on else shorten(subject_words(one), room)
    yield (f"{one.number:>4}  ", Tone.MUTED)
    yield (f"{verb_words(one.verb):<18} ", Tone.MUTED if not one.writes else Tone.STRONG)
    yield (name + " " * (room - cell_width(name) + 1), Tone.PLAIN)
    why = why_words(one)
    if with_commands and one.kubectl:
        slot = max(width - room - 28 - width * 3 // 10, 8)
        why = shorten_end(why, slot)
        yield (why + " " * (slot - cell_width(why) + 1), Tone.PLAIN)
        yield (printable(one.kubectl), Tone.MUTED)
    else:
        yield (why, Tone.PLAIN)


def _pods(plan: Plan, unfolded: Collection[str], width: int) -> Iterator[Line]:
    counts: Counter[str] = Counter(one.path for one in plan.pods)
    if not counts:
        return
    yield _heading("pods", f"pods on {counted(sum(not one.skipped for one in plan.targets), 'node')}")
    for path, words in PATH_WORDS.items():
        if not counts[path]:
            continue
        key = f"pods:{path}"
        sign = "-" if key in unfolded else "+"
        tone = Tone.ALARM if path == "blocked" else Tone.PLAIN
        yield Line(key, ((f" {sign} {counts[path]:>5,} ", Tone.STRONG), (words, tone)))
        if key in unfolded:
            some = [one for one in plan.pods if one.path == path]
            yield from (Line(f"pod:{one.uid}", partial(_pod, one, width)) for one in some[:MOST_PODS])
            if len(some) > MOST_PODS:
                more = f"{len(some) - MOST_PODS:,} more are not listed"
                yield Line(f"{key}:more", ((f"         … {more}", Tone.MUTED),))


def _pod(one: PodPath, width: int) -> Iterator[Said]:
    name = shorten(printable(f"{one.namespace}/{one.name}"), max(width // 3, 20))
    yield (f"         {name} ", Tone.PLAIN)
    yield (printable(f"on {short_name(one.node)}: {one.reason}"), Tone.MUTED)


def _room(plan: Plan) -> Iterator[Line]:
    rows = room_rows(plan)
    if not rows:
        return
    yield _heading("room", "room")
    for name, words in rows:
        yield Line(f"room:{name}", ((f" {name:<20} ", Tone.MUTED), (printable(words), Tone.PLAIN)))


def _undo(undo: Sequence[Step]) -> Iterator[Line]:
    """Nodes of one verb together."""
    names: dict[str, list[Step]] = {}
    for step in undo:
        names.setdefault(step.verb, []).append(step)
    for verb, some in names.items():
        subjects = listed((subject_words(one) for one in some), 6)
        said = ((f" {verb_words(verb)} ", Tone.STRONG), (subjects, Tone.PLAIN))
        yield Line(f"undo:{verb}", said)


def more_of(plan: Plan, key: str) -> str:
    """All that there is to say of one line, however long: a command, or what a check found."""
    return printable(_more_of(plan, key))


def _more_of(plan: Plan, key: str) -> str:
    kind, _, name = key.partition(":")
    if kind == "step":
        step = plan.steps[int(name) - 1]
        return f"{why_words(step)} · {printable(step.kubectl)}" if step.kubectl else why_words(step)
    if kind == "blocker":
        return next((f"{one.name}: {printable(one.message)}" for one in plan.blockers if one.name == name), "")
    if kind in ("mind", "notes"):
        id_, _, message = name.partition(":")
        some = plan.warnings if kind == "mind" else plan.notes
        alike = [one.subject for one in some if one.id == id_ and one.message == message]
        return printable(f"{id_} {listed(alike, 12)}: {message}")
    if kind == "undo":
        commands = [one.kubectl for one in plan.undo if one.verb == name]
        return printable(" && ".join(commands[:2]) + (" …" if len(commands) > 2 else ""))
    if kind == "pod":
        return next(
            (f"{one.namespace}/{one.name}: {printable(one.reason)}" for one in plan.pods if one.uid == name), ""
        )
    return ""


def steps_of(plan: Plan) -> Gist:
    """What it does, and to what: if this is the same, the server would say the same."""
    return tuple((one.verb, one.subject.text, one.subject.uid) for one in plan.steps)


def gist_of(plan: Plan) -> Gist:
    """What has to be read again where it differs."""
    return steps_of(plan), tuple((one.name, one.accepted) for one in plan.blockers)


def options_words(plan: Plan) -> str:
    """`until removed · all at once`."""
    said = plan.options
    words = [f"until {said.get('until')}"]
    words.append("in batches" if said.get("cordon") == "batch" else "all cordoned first")
    if said.get("max_in_flight"):
        words.append(f"{said['max_in_flight']} at once")
    words += ["one zone at a time"] if said.get("one_zone_at_a_time") else []
    words += ["evicts the rest"] if said.get("evict_rest") else []
    words += ["deletes empty claims"] if said.get("delete_empty_claims") else []
    return " · ".join(words)
