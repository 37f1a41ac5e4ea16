"""What nodeview asks for agrees with what it follows."""

from __future__ import annotations

from nodeview.cluster.happening import ASIDE
from nodeview.diagnosis import ESSENTIAL, PURPOSES, WANTS
from nodeview.live.resources import FOLLOWED
from nodeview.records import EVENT_STREAMS


def test_all_that_the_picture_is_made_of_is_wanted_for_watching_and_nothing_else() -> None:
    picture = [one for one in FOLLOWED if one not in EVENT_STREAMS and one.id not in ASIDE]
    followed = {(one.group, one.plural, one.versions, one.optional) for one in picture}
    wanted = {(one.group, one.resource, one.versions, one.optional) for one in WANTS if one.purpose == "watching"}
    assert wanted == followed
    assert all(one.verbs == ("list", "watch") for one in WANTS if one.purpose == "watching")


def test_what_is_followed_aside_explains_and_is_asked_for_no_wider_than_it_is_followed() -> None:
    aside = [one for one in FOLLOWED if one.id in ASIDE]
    assert {one.id for one in aside} == ASIDE
    for one in aside:
        (want,) = (want for want in WANTS if want.id == one.id and want.purpose != "acting")
        assert (want.purpose, want.verbs, want.versions) == ("explaining", ("list", "watch"), one.versions)
        assert want.namespace == one.namespace
        assert one.field_selector == (f"metadata.name={want.name}" if want.name else "")
        assert want.optional is (one.optional and bool(one.group)), "a ConfigMap may be missing, its resource not"


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
