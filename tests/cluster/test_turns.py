"""Two rows of one node, and what became of it."""

from __future__ import annotations

from nodeview.cluster.turns import LONGEST, turn_of
from nodeview.provisioners import phase_of
from nodeview.records import Node
from tests.builders import NOW, a_node, condition, taint


def words(before: Node, after: Node) -> tuple[str, ...] | None:
    turn = turn_of(before, after, phase_of(before, None, NOW).phase, phase_of(after, None, NOW), NOW)
    return None if turn is None else turn.words


def test_a_cordon_names_who_wrote_it_where_that_is_told_and_its_taint_is_no_second_word() -> None:
    cordon = (taint("node.kubernetes.io/unschedulable"),)
    assert words(a_node(), a_node(unschedulable=True, taints=cordon)) == ("cordoned",)
    assert words(a_node(), a_node(unschedulable=True, cordoned_by="kubectl")) == ("cordoned by kubectl",)
    assert words(a_node(unschedulable=True, taints=cordon), a_node()) == ("opened again",)


def test_what_the_phase_says_is_not_said_again() -> None:
    gone = a_node(
        conditions=(condition("Ready", "Unknown", "NodeStatusUnknown"),),
        taints=(taint("node.kubernetes.io/unreachable", "NoExecute"),),
    )
    assert words(a_node(), gone) == ()


def test_a_message_of_any_length_is_cut_and_rows_that_say_the_same_are_no_turn() -> None:
    (said,) = words(a_node(), a_node(conditions=(*a_node().conditions, condition("X", message="m" * 5000)))) or ()
    assert said == f"X True: {'m' * LONGEST}"
    assert words(a_node(), a_node()) is None
