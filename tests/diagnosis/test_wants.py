"""What nodeview asks for agrees with what it follows."""

from __future__ import annotations

from nodeview.diagnosis import ESSENTIAL, PURPOSES, WANTS
from nodeview.live.informer import FOLLOWED
from nodeview.records import EVENT_STREAMS


def test_all_that_is_followed_is_wanted_for_watching_and_nothing_else() -> None:
    followed = {(one.group, one.plural, one.versions, one.optional) for one in FOLLOWED if one not in EVENT_STREAMS}
    wanted = {(one.group, one.resource, one.versions, one.optional) for one in WANTS if one.purpose == "watching"}
    assert wanted == followed
    assert all(one.verbs == ("list", "watch") for one in WANTS if one.purpose == "watching")


def test_events_are_followed_where_they_may_be_and_explain() -> None:
    assert set(EVENT_STREAMS) <= set(FOLLOWED)
    (events,) = (one for one in WANTS if one.id == "events")
    assert (events.purpose, events.verbs) == ("explaining", ("list", "watch"))
    assert {(one.group, one.plural, one.versions) for one in EVENT_STREAMS} == {("", "events", events.versions)}
    selectors = [one.field_selector for one in EVENT_STREAMS]
    assert len({*selectors}) == len(selectors)


def test_each_want_is_there_once_and_says_what_is_lost() -> None:
    assert len({(one.purpose, one.id) for one in WANTS}) == len(WANTS)
    assert {one.purpose for one in WANTS} == set(PURPOSES)
    assert all(one.lost and not one.lost.endswith(".") for one in WANTS)
    assert set(ESSENTIAL) <= {one.id for one in WANTS}


def test_only_acting_asks_for_verbs_that_write() -> None:
    for one in WANTS:
        assert (not {*one.verbs} <= {"get", "list", "watch"}) is (one.purpose == "acting"), one


def test_names_as_kubectl_and_rbac_have_them() -> None:
    ids = {one.id for one in WANTS}
    assert {"nodes", "pods/eviction", "nodeclaims.karpenter.sh", "nodes.metrics.k8s.io"} <= ids
    assert next(one.plural for one in WANTS if one.id == "pods/eviction") == "pods"
