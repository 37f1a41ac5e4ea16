"""The feed: bounded, in order, and the same tuple until something happens."""

from __future__ import annotations

from nodeview.cluster import Chronicle
from nodeview.cluster.chronicle import KEPT
from tests.builders import NOW, a_node


def test_the_oldest_lines_are_forgotten_and_numbers_never_repeat() -> None:
    chronicle = Chronicle()
    for at in range(KEPT + 3):
        chronicle.tell(at, "joined", f"n{at}", "")
    lines = chronicle.lines()
    assert len(lines) == KEPT
    assert [line.number for line in lines] == list(range(4, KEPT + 4))


def test_a_line_that_is_told_anew_keeps_its_place_and_gets_a_number() -> None:
    chronicle = Chronicle()
    line = chronicle.tell(NOW, "preempted", "a", "not running yet", node="n")
    chronicle.tell(NOW + 1, "joined", "b", "")
    chronicle.stirred = False
    chronicle.retell(line, "not running yet", node="n")
    assert not chronicle.stirred, "it says the same"
    chronicle.retell(line, "running after 2 s", alarm=True)
    assert chronicle.stirred
    told = [(one.number, one.line, one.at, one.subject, one.message, one.node, one.alarm) for one in chronicle.lines()]
    assert told == [
        (3, 1, NOW, "a", "running after 2 s", "n", True),
        (2, 2, NOW + 1, "b", "", "", False),
    ]
    chronicle.stirred = False
    chronicle.retell(77, "of a line that is forgotten")
    assert not chronicle.stirred


def test_nothing_new_gives_the_same_lines() -> None:
    chronicle = Chronicle()
    chronicle.tell(NOW, "left", "n", "")
    assert chronicle.lines() is chronicle.lines()


def test_a_node_is_told_with_its_type_and_zone() -> None:
    chronicle = Chronicle()
    labels = {"node.kubernetes.io/instance-type": "m7g.large", "topology.kubernetes.io/zone": "eu-west-1a"}
    chronicle.node(None, a_node("n", labels=labels), NOW)
    assert chronicle.lines()[0].message == "m7g.large eu-west-1a"


def test_a_node_that_changed_otherwise_is_no_story() -> None:
    chronicle = Chronicle()
    chronicle.node(a_node("n"), a_node("n", labels={"a": "b"}), NOW)
    assert chronicle.lines() == ()
