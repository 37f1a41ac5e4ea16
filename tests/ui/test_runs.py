"""What was begun from the screen."""

from __future__ import annotations

from msgspec.structs import replace

from nodeview.ui.runs import Runs, badge_of, done_of
from tests.ui.acting import FakeExecution, a_plan, a_progress, asking


def test_the_badge_says_how_far_it_is_and_who_asks() -> None:
    runs = Runs()
    assert runs.badge == ("", False)
    one = FakeExecution(a_progress(a_plan(2), "running", "done", "skipped", "running"))
    runs.begin(one)
    assert runs.badge == ("rotating 2/6", False)
    one.now = asking(one.now, 3, "Not done after 10 minutes.")
    assert runs.badge == ("rotating 2/6 · 1 asks", True)
    other = FakeExecution(a_progress(a_plan(1, kind="cordon", id="another")))
    runs.begin(other)
    assert runs.badge == ("2 actions run · 1 asks", True)
    assert runs.foremost is one, "who asks comes first"
    one.now = replace(one.now, phase="done", questions=())
    assert runs.badge == ("cordoning 0/4", False)
    assert runs.foremost is other
    other.now = replace(other.now, phase="failed")
    assert runs.badge == ("cordon: failed", True), "until somebody has seen it"
    assert runs.foremost is other, "what came of it can be read afterwards"


def test_how_it_ended_is_said_until_it_was_seen() -> None:
    runs = Runs()
    runs.begin(FakeExecution(a_progress(a_plan(2), "done")))
    assert runs.badge == ("rotate: done", False)
    runs.read(a_plan(2).id)
    assert runs.badge == ("", False)


def test_a_step_that_was_never_tried_is_not_done() -> None:
    progress = a_progress(a_plan(2), "stopped", "done", "done", "failed", "parked", "stopped", "stopped")
    assert done_of(progress) == 2
    assert badge_of(a_progress(a_plan(2), "paused", "done")) == "rotating paused 1/6"
