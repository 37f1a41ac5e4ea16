"""What a claim says in the STATE column as time goes by."""

from __future__ import annotations

from typing import Any

import pytest

from nodeview.records import NODE_CLAIMS, Condition
from nodeview.views import ClaimView, Tone, state_cell
from tests.builders import NOW, condition
from tests.views.test_claim import World, claim

FAILED = condition("Launched", "Unknown", "LaunchFailed", "no capacity left", since=NOW)
LAUNCHED = condition("Launched", since=NOW + 3)
HOOKS = condition("Registered", "Unknown", "RegistrationHookPending", "cilium", since=NOW)


def row(*conditions: Condition, **said: Any) -> ClaimView:
    made = claim(created=NOW, conditions=conditions, **said)
    return World(claims=(made,)).derive().claims.rows["nodeclaim/api-x"]


@pytest.mark.parametrize(
    ("conditions", "later", "words", "tone"),
    [
        ((), 5, "waiting for its instance to launch", Tone.COMING),
        ((), 150, "not launched after 2m · given up at 08:05 UTC", Tone.CAUTION),
        ((FAILED,), 5, "not launched: no capacity left · given up at 08:05 UTC", Tone.CAUTION),
        ((LAUNCHED,), 119, "launched, waiting for its node", Tone.COMING),
        ((LAUNCHED,), 360, "launched, not registered after 6m · given up at 08:15 UTC", Tone.CAUTION),
        (
            (LAUNCHED,),
            1000,
            "launched, not registered after 16m · should have been given up at 08:15 UTC",
            Tone.CAUTION,
        ),
        (
            (LAUNCHED, HOOKS),
            240,
            "launched, waiting for registration hooks: cilium, not registered after 4m · given up at 08:15 UTC",
            Tone.CAUTION,
        ),
        (
            (LAUNCHED, condition("Registered")),
            5,
            "its node is not there",
            Tone.CAUTION,
        ),
    ],
)
def test_the_state_of_a_claim(conditions: tuple[Condition, ...], later: int, words: str, tone: Tone) -> None:
    cell = state_cell(row(*conditions), NOW + later)
    assert (cell.text, cell.tone) == (words, tone)


def test_why_the_ones_before_failed_is_said_until_it_fails_itself() -> None:
    world = World(claims=(claim("a", conditions=(FAILED,)),))
    world.derive()
    world.lists(NODE_CLAIMS, claim("b", created=NOW, conditions=()))
    view = world.derive().claims.rows["nodeclaim/b"]
    words = "waiting for its instance to launch · 1 before it got no node: no capacity left"
    assert state_cell(view, NOW + 1).text == words
