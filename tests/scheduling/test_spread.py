"""Topology spread, by value."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from nodeview.records import NodeTerm, Placement, Pod, Requirement, Spread, Taint
from nodeview.scheduling import Reason, Room, attempt_of, room_of
from nodeview.scheduling.spread import against_spread
from tests.builders import NOW, a_node, a_pod, a_shape

APP = (Requirement("app", "In", ("web",)),)
WEB = (("app", "web"),)


def web(number: int, **overrides: Any) -> Pod:
    return a_pod(f"web-{number}", **{"labels": WEB} | overrides)


def zones(*counts: int, **overrides: Any) -> list[Room]:
    """A node in each zone, with so many pods of the app."""
    return [
        room_of(a_node(zone, **{"labels": {"zone": zone}} | overrides), [web(n) for n in range(count)])
        for zone, count in zip("abcdefgh", counts, strict=False)
    ]


def verdicts(rooms: list[Room], spread: Spread, **pod: Any) -> list[Reason | None]:
    rules = pod.pop("rules", {})
    shape = a_shape(placement=Placement(spreads=(spread,), **rules))
    leanings = attempt_of(a_pod("new", **{"shape": shape, "labels": WEB} | pod), rooms).leanings
    return [against_spread(leanings, room) for room in rooms]


LEANS = Reason("spread", "zone")


def test_one_more_may_not_lean_beyond_the_skew() -> None:
    assert verdicts(zones(2, 1, 1), Spread("zone", 1, APP)) == [LEANS, None, None]
    assert verdicts(zones(2, 1, 1), Spread("zone", 2, APP)) == [None, None, None]


def test_a_pod_that_is_not_meant_itself_adds_nothing() -> None:
    assert verdicts(zones(2, 1), Spread("zone", 1, APP), labels=()) == [None, None]


def test_a_node_without_the_label() -> None:
    rooms = [*zones(1, 1), room_of(a_node("bare"), [web(n) for n in range(9)])]
    assert verdicts(rooms, Spread("zone", 1, APP)) == [None, None, Reason("spread-label", "zone")]


def test_fewer_domains_than_there_should_be_count_from_nothing() -> None:
    assert verdicts(zones(1, 1), Spread("zone", 1, APP, min_domains=3)) == [LEANS, LEANS]
    assert verdicts(zones(1, 1), Spread("zone", 1, APP, min_domains=2)) == [None, None]


def test_those_of_other_namespaces_and_those_that_leave_do_not_count() -> None:
    rooms = [
        room_of(a_node("a", labels={"zone": "a"}), [web(1, namespace="other"), web(2, deleted=NOW)]),
        room_of(a_node("b", labels={"zone": "b"}), [web(3)]),
    ]
    assert verdicts(rooms, Spread("zone", 1, APP)) == [None, LEANS]


def test_an_empty_selector_counts_nobody_and_a_missing_one_means_nobody() -> None:
    assert verdicts(zones(5, 0), Spread("zone", 1, ())) == [None, None]
    assert verdicts(zones(0, 0), Spread("zone", 0, ())) == [LEANS, LEANS]
    assert verdicts(zones(5, 0), Spread("zone", 1, None)) == [None, None]


def test_labels_whose_values_must_be_the_same() -> None:
    hashed = Spread("zone", 1, APP, ("hash",))
    assert verdicts(zones(3, 0), hashed, labels=(*WEB, ("hash", "new"))) == [None, None]
    assert verdicts(zones(3, 0), hashed) == [LEANS, None]


def test_nodes_that_the_affinity_excludes_are_no_domains_unless_told_so() -> None:
    rules = {"node_terms": (NodeTerm((Requirement("zone", "NotIn", ("c",)),)),)}
    assert verdicts(zones(1, 1, 0), Spread("zone", 1, APP), rules=rules)[:2] == [None, None]
    told = Spread("zone", 1, APP, honours_affinity=False)
    assert verdicts(zones(1, 1, 0), told, rules=rules)[:2] == [LEANS, LEANS]


def test_tainted_nodes_are_domains_unless_told_otherwise() -> None:
    tainted = zones(0, taints=(Taint("t", "NoSchedule"),))
    rooms = [*tainted, *zones(0, 1)[1:]]
    assert verdicts(rooms, Spread("zone", 1, APP))[1] == LEANS
    assert verdicts(rooms, Spread("zone", 1, APP, honours_taints=True))[1] is None


@given(st.lists(st.integers(0, 4), min_size=1, max_size=6), st.integers(1, 3))
def test_the_emptiest_domain_is_always_open(counts: list[int], skew: int) -> None:
    said = verdicts(zones(*counts), Spread("zone", skew, APP))
    assert said == [LEANS if count + 1 - min(counts) > skew else None for count in counts]
    assert said[counts.index(min(counts))] is None
