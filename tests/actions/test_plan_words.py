"""What the screen and the report say of a plan in the same words."""

from __future__ import annotations

from msgspec.structs import replace

from nodeview.actions import NO_SURGE, Plan, Step, Subject, Verdict, gathered, room_rows, verb_words, why_words
from nodeview.records import NANO

WAIT = Step(1, "await-rollout", Subject("Deployment", "web", "shop"), "surge first", "", 600, writes=False)


def test_verbs_as_a_person_says_them() -> None:
    said = [verb_words(verb) for verb in ("cordon", "await-empty", "delete-claim", "end-prefer-elsewhere")]
    assert said == ["cordon", "wait until empty", "delete claim", "end of that"]


def test_why_and_how_long_it_may_take() -> None:
    assert why_words(WAIT) == "surge first, up to 10 min"
    assert why_words(replace(WAIT, deadline_s=90, why="")) == "up to 90 s"
    assert why_words(replace(WAIT, writes=True)) == "surge first"


def test_verdicts_that_say_the_same_are_one() -> None:
    some = [Verdict("R9", "shop/a", "x"), Verdict("R4", "shop/b", "x"), Verdict("R9", "shop/c", "x")]
    assert [(one.id, subjects) for one, subjects in gathered(some)] == [("R9", "shop/a, shop/c"), ("R4", "shop/b")]


def test_room_says_what_is_short() -> None:
    plan = Plan("id", "rotation", "t", "c", "c", 0.0, (), (WAIT,))
    assert room_rows(plan) == []
    surge = replace(NO_SURGE, needs={"cpu": 2 * NANO}, free={"cpu": NANO}, balloon={"cpu": NANO}, addable={"cpu": 0})
    rows = dict(room_rows(replace(plan, surge=surge, blockers=(Verdict("R15", "s", "m"),))))
    assert rows["needs at its peak"] == "2 vCPU"
    assert rows["free elsewhere"] == "1 vCPU + 1 vCPU held by balloons"
    assert rows["new nodes"] == "not enough room"
