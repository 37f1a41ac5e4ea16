"""Lines that a rotation prints."""

from __future__ import annotations

from msgspec.structs import replace

from nodeview.actions.marks import Mark
from nodeview.actions.plan import Plan, Step, Subject
from nodeview.actions.progress import Progress, StepState
from nodeview.cli.rotate_lines import EVERY_S, Lines, known_lines, undone_lines
from nodeview.live.journal import Entry, Record
from nodeview.live.rotations import Known, Undone
from nodeview.records import NodeName
from tests.builders import a_node

CORDON = Step(1, "cordon", Subject("Node", "n1"), "", "")
WAIT = Step(2, "await-empty", Subject("Node", "n1"), "", "", writes=False)
PLAN = Plan("id-1", "rotation", "rotate 1 node", "", "", 0.0, (), (CORDON, WAIT))
FIRST = Progress(PLAN, "running", 1_000.0, 1_000.0, (StepState(CORDON), StepState(WAIT)))


def _said(lines: Lines, progress: Progress) -> list[str]:
    return [line.partition("  ")[2] for line in lines.of(progress)]


def _with(at: float, *states: StepState) -> Progress:
    return replace(FIRST, at=at, steps=states)


def test_a_line_for_each_end_and_for_what_is_waited_for() -> None:
    lines = Lines()
    assert _said(lines, FIRST) == ["running"]
    assert _said(lines, FIRST) == []
    assert _said(lines, _with(1_001, StepState(CORDON, "running"), StepState(WAIT))) == []
    done = StepState(CORDON, "done", words="cordoned")
    assert _said(lines, _with(1_002, done, StepState(WAIT))) == ["cordon node/n1: cordoned"]
    waits = StepState(WAIT, "running", words="3 pods left")
    assert _said(lines, _with(1_003, done, waits)) == ["await-empty node/n1: 3 pods left"]


def test_what_is_waited_for_is_told_again_now_and_then() -> None:
    lines = Lines()
    done = StepState(CORDON, "done")
    _said(lines, _with(1_000, done, StepState(WAIT, "running", words="3 pods left")))
    two, one = StepState(WAIT, "running", words="2 pods left"), StepState(WAIT, "running", words="1 pods left")
    assert _said(lines, _with(1_001, done, two)) == []
    assert _said(lines, _with(1_000 + EVERY_S, done, one)) == ["await-empty node/n1: 1 pods left"]
    failed = StepState(WAIT, "failed", words="it is gone")
    assert _said(lines, _with(1_000 + EVERY_S, done, failed)) == ["await-empty node/n1 failed: it is gone"]


def test_how_known_rotations_stand() -> None:
    mark = Mark("id-1", "ann", cordoned=True)
    entries = (
        Entry("plan", 1.0, plan=PLAN),
        Entry("end", 2.0, 1, stand="done"),
        Entry("finished", 3.0, stand="stopped"),
    )
    record = Record("id-1", PLAN, 1.0, "ann", "", entries, torn=True)
    said = "\n".join(known_lines((Known("id-1", record, ((a_node("n1"), mark),)),)))
    assert "id-1  stopped  rotate 1 node  by ann" in said
    assert "1 of 2 steps are done; the last line of its journal was cut short" in said
    assert "n1: cordoned by it" in said
    assert "go on with: nodeview rotate resume id-1" in said
    elsewhere = "\n".join(known_lines((Known("id-1", None, ((a_node("n1"), mark),)),)))
    assert "its journal is not here" in elsewhere
    assert list(known_lines(())) == ["There is no rotation, here or on any node."]


def test_one_that_is_over_is_not_gone_on_with() -> None:
    record = Record("id-1", PLAN, 1.0, "ann", "", (Entry("finished", 3.0, stand="done"),))
    assert not any("resume" in line for line in known_lines((Known("id-1", record),)))


def test_what_an_abort_came_to() -> None:
    known = Known("id-1", None)
    undone = Undone((NodeName("n1"),), (NodeName("n2"),), ((NodeName("n3"), "not you"),))
    first, second, third = undone_lines(known, undone)
    assert first == "node/n1: uncordoned"
    assert "id-1 had not cordoned it" in second
    assert third == "node/n3: failed: not you"
    assert list(undone_lines(known, Undone((), ()))) == ["There was nothing to undo."]
