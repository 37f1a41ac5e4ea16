"""Which claims are made in place of others."""

from __future__ import annotations

from typing import Any

from nodeview.cluster.episode_signs import Word
from nodeview.cluster.episode_targets import REMEMBERED, FreshClaims, target_of
from nodeview.records import NodeClaim, Requirement
from tests.builders import NOW, a_claim
from tests.cluster.test_episode import a_source, an_episode

POOL = {"karpenter.sh/nodepool": "api"}


def a_fresh(name: str = "new", **overrides: Any) -> NodeClaim:
    return a_claim(name, **({"labels": POOL, "created": NOW + 1, "node": None} | overrides))


def test_what_came_while_nobody_waited_is_for_them_and_no_more_than_they_are() -> None:
    fresh = FreshClaims()
    fresh.came(a_fresh("one"), alone=True)
    fresh.came(a_fresh("two"), alone=True)
    targets, unsure = fresh.sought(an_episode())
    assert ([one.claim for one in targets], unsure) == (["one"], True)
    assert len(fresh.sought(an_episode(a_source("b"), number=2))[0]) == 1


def test_what_is_said_counts_however_many_wait() -> None:
    fresh = FreshClaims()
    fresh.said("one", Word("underutilised", NOW))
    fresh.said("two", Word("drifted", NOW))
    fresh.came(a_fresh("one"), alone=False)
    fresh.came(a_fresh("two"), alone=True)
    targets, unsure = fresh.sought(an_episode())
    assert ([(one.claim, one.said) for one in targets], unsure) == ([("one", True)], False)


def test_a_promise_at_once_tells_for_whom_it_is_and_a_later_one_does_not() -> None:
    fresh = FreshClaims()
    fresh.came(a_fresh("one"), alone=True)
    story = an_episode(targets=fresh.sought(an_episode())[0])
    fresh.promised("one", NOW + 60)
    assert len(fresh.sought(story)[0]) == 1
    fresh.promised("one", NOW + 2)
    assert fresh.sought(story) == ((), False)


def test_before_the_choice_or_after_the_end_began_is_for_somebody_else() -> None:
    fresh = FreshClaims()
    fresh.came(a_fresh("early", created=NOW - 3), alone=True)
    fresh.came(a_fresh("late", created=NOW + 31), alone=True)
    going = a_source(going_at=NOW + 30)
    assert fresh.sought(an_episode(going)) == ((), False)
    expired = a_source(cause="expired", going_at=NOW)
    assert [one.claim for one in fresh.sought(an_episode(expired))[0]] == ["late"]


def test_it_is_bounded() -> None:
    fresh = FreshClaims()
    for number in range(REMEMBERED + 9):
        fresh.came(a_fresh(f"c{number}"), alone=True)
    assert fresh.changed(a_fresh("c0")) is None
    assert len(fresh.sought(an_episode(*[a_source(f"n{number}") for number in range(2 * REMEMBERED)]))[0]) == REMEMBERED


def test_what_a_claim_wishes_is_known_before_it_has_a_machine() -> None:
    wishes = (
        Requirement("node.kubernetes.io/instance-type", "In", ("m5.large",)),
        Requirement("topology.kubernetes.io/zone", "In", ("1a", "1b")),
        Requirement("karpenter.sh/capacity-type", "In", ("spot",)),
    )
    target = target_of(a_fresh(requirements=wishes), said=False)
    assert (target.instance_type, target.zone, target.capacity_type) == ("m5.large", None, "spot")
