"""What nodeview asks for agrees with what it follows."""

from __future__ import annotations

from nodeview.diagnosis import ESSENTIAL, PURPOSES, WANTS
from nodeview.live.informer import FOLLOWED


def test_all_that_is_followed_is_wanted_for_watching_and_nothing_else() -> None:
    followed = {(one.group, one.plural, one.versions, one.optional) for one in FOLLOWED}
    wanted = {(one.group, one.resource, one.versions, one.optional) for one in WANTS if one.purpose == "watching"}
    assert wanted == followed
    assert all(one.verbs == ("list", "watch") for one in WANTS if one.purpose == "watching")


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
