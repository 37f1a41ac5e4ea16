"""Labels against requirements, taints against tolerations."""

from __future__ import annotations

from typing import Any

import pytest

from nodeview.records import NodeTerm, Placement, Pod, Requirement, Taint, Toleration
from nodeview.scheduling.requirements import in_words, meets, named_nodes, selects, taint_in_words, tolerates, unmet
from nodeview.scheduling.requirements import untolerated as keeps_away
from tests.builders import a_node, a_pod, a_shape

LABELS = {"zone": "a", "cores": "8", "word": "eight"}


def one(key: str, operator: str, *values: str) -> Requirement:
    return Requirement(key, operator, values)


@pytest.mark.parametrize(
    ("requirement", "met"),
    [
        (one("zone", "In", "b", "a"), True),
        (one("zone", "In", "b"), False),
        (one("none", "In", ""), False),
        (one("zone", "NotIn", "b"), True),
        (one("zone", "NotIn", "a"), False),
        (one("none", "NotIn", "a"), True),
        (one("zone", "Exists"), True),
        (one("none", "Exists"), False),
        (one("none", "DoesNotExist"), True),
        (one("zone", "DoesNotExist"), False),
        (one("cores", "Gt", "7"), True),
        (one("cores", "Gt", "8"), False),
        (one("cores", "Gte", "8"), True),
        (one("cores", "Lt", "9"), True),
        (one("cores", "Lt", "8"), False),
        (one("cores", "Lte", "8"), True),
        (one("cores", "Lte", "7"), False),
        (one("word", "Gt", "7"), False),
        (one("none", "Lt", "7"), False),
        (one("cores", "Gt", "many"), False),
        (one("cores", "Gt"), False),
        (one("cores", "Gt", "9" * 30), False),
        (one("cores", "Near", "8"), False),
    ],
)
def test_what_labels_meet(requirement: Requirement, met: bool) -> None:
    assert meets(LABELS, requirement) is met


def test_an_empty_selector_selects_all_and_none_nothing() -> None:
    assert selects((), {})
    assert not selects(None, LABELS)
    assert selects((one("zone", "Exists"),), LABELS)
    assert not selects((one("zone", "Exists"), one("none", "Exists")), LABELS)


def asking(**said: Any) -> Pod:
    terms = said.pop("terms", None)
    return a_pod(shape=a_shape(placement=Placement(node_terms=terms), **said))


def test_what_is_unmet_is_said_in_words() -> None:
    node = a_node("n", labels=LABELS)
    assert unmet(asking(), node) is None
    assert unmet(asking(node_selector=(("zone", "a"),)), node) is None
    assert unmet(asking(node_selector=(("zone", "a"), ("gpu", "yes"))), node) == "gpu in yes"
    two = (NodeTerm((one("zone", "In", "b", "c"),)), NodeTerm((one("zone", "Exists"), one("cores", "Gt", "8"))))
    assert unmet(asking(terms=two), node) == "zone in b, c or cores > 8"
    assert unmet(asking(terms=(*two, NodeTerm((one("zone", "In", "a"),)))), node) is None


def test_an_empty_alternative_is_met_by_no_node() -> None:
    node = a_node("n", labels=LABELS)
    assert unmet(asking(terms=(NodeTerm(),)), node) == "nothing"
    assert unmet(asking(terms=()), node) == "nothing"


def test_a_nodes_name_is_a_field() -> None:
    term = NodeTerm((), (one("metadata.name", "In", "n"),))
    assert unmet(asking(terms=(term,)), a_node("n")) is None
    assert unmet(asking(terms=(term,)), a_node("m")) == "metadata.name in n"


def test_nodes_are_named_only_where_each_alternative_names_some() -> None:
    n, m = (NodeTerm((), (one("metadata.name", "In", name),)) for name in "nm")
    assert named_nodes(asking()) is None
    assert named_nodes(asking(terms=(n, m))) == frozenset(("n", "m"))
    assert named_nodes(asking(terms=(n, NodeTerm((one("zone", "Exists"),))))) is None
    assert named_nodes(asking(terms=(NodeTerm((), (one("metadata.name", "NotIn", "n"),)),))) is None


@pytest.mark.parametrize(
    ("toleration", "borne"),
    [
        (Toleration("", "Exists"), True),
        (Toleration("dedicated", "Exists"), True),
        (Toleration("dedicated", "Equal", "gpu"), True),
        (Toleration("dedicated", "Equal", "gpu", "NoSchedule"), True),
        (Toleration("dedicated", "Equal", "gpu", "NoExecute"), False),
        (Toleration("dedicated", "Equal", "db"), False),
        (Toleration("dedicated", "Equal"), False),
        (Toleration("other", "Exists"), False),
        (Toleration("dedicated", "Matches", "gpu"), False),
    ],
)
def test_what_is_tolerated(toleration: Toleration, borne: bool) -> None:
    taint = Taint("dedicated", "NoSchedule", "gpu")
    assert tolerates(toleration, taint) is borne
    assert (keeps_away([taint], (toleration,)) is None) is borne


def test_a_taint_that_prefers_keeps_nobody_away() -> None:
    soft, hard = Taint("soft", "PreferNoSchedule"), Taint("hard", "NoExecute")
    assert keeps_away([soft], ()) is None
    assert keeps_away([soft, hard], ()) == hard


def test_words() -> None:
    assert taint_in_words(Taint("a", "NoSchedule", "b")) == "a=b:NoSchedule"
    assert taint_in_words(Taint("a", "NoSchedule")) == "a:NoSchedule"
    assert in_words(one("a", "DoesNotExist")) == "a does not exist"
    assert in_words(one("a", "NotIn", "b", "c")) == "a not in b, c"
