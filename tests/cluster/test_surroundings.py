"""What stands around nodes is kept, noted as touched once, and touches no node."""

from __future__ import annotations

import pytest

from nodeview.cluster.snapshot import Touched
from nodeview.cluster.surroundings import Surroundings
from nodeview.records import (
    AutoscalerStatus,
    ObjectKey,
    OwnerRef,
    PodDisruptionBudget,
    Record,
    VerticalPodAutoscaler,
    Volume,
    Workload,
)
from tests.builders import a_node

NOTHING = Touched(frozenset(), {}, {}, frozenset(), owners=False, pools=False)
BUDGET = PodDisruptionBudget("shop", "web", "uid-b", 1, 1, ())
STATUS = AutoscalerStatus("kube-system", "cluster-autoscaler-status", "uid-s", running=True)
WEB = OwnerRef("Deployment", "web", "apps")
FIELDS = ("budgets", "autoscaler", "recommendations", "volumes", "workloads", "owners")
ADVICE = VerticalPodAutoscaler("shop", "web-vpa", "uid-a", WEB)


@pytest.mark.parametrize(
    ("row", "field", "told"),
    [
        (BUDGET, "budgets", frozenset({ObjectKey("shop", "web")})),
        (STATUS, "autoscaler", True),
        (ADVICE, "recommendations", True),
        (Volume("pv-1", "uid-v"), "volumes", True),
        (Workload("shop", "web", "u", "Deployment", None), "workloads", {("Deployment", ObjectKey("shop", "web"))}),
        (Workload("shop", "web", "u", "Job", None), "owners", True),
    ],
)
def test_each_is_touched_when_it_comes_and_when_it_goes(row: Record, field: str, told: object) -> None:
    around = Surroundings()
    assert not around.stirred
    for before, after in ((None, row), (row, None)):
        assert around.moved(before, after)
        assert around.stirred
        touched = around.take(NOTHING)
        assert getattr(touched, field) == told
        others = [one for one in FIELDS if getattr(touched, one)]
        assert others == [field]
        assert not touched.nodes
        assert not around.stirred


def test_a_budget_and_a_status_come_change_and_go() -> None:
    around = Surroundings()
    around.moved(None, BUDGET)
    around.moved(None, STATUS)
    assert (around.budgets, around.autoscaler) == ({BUDGET.key: BUDGET}, STATUS)
    around.moved(BUDGET, None)
    around.moved(STATUS, None)
    assert (around.budgets, around.autoscaler) == ({}, None)


def test_a_node_is_none_of_them() -> None:
    assert not Surroundings().moved(None, a_node())


def test_a_recommendation_is_found_by_what_it_is_for_and_the_last_word_of_several_counts() -> None:
    around = Surroundings()
    web, other = ("Deployment", ObjectKey("shop", "web")), ("Deployment", ObjectKey("shop", "other"))
    second = VerticalPodAutoscaler("shop", "web-too", "uid-2", WEB)
    moved = VerticalPodAutoscaler("shop", "web-too", "uid-2", OwnerRef("Deployment", "other", "apps"))
    around.moved(None, ADVICE)
    around.moved(None, second)
    assert around.recommendations == {web: second}
    around.moved(ADVICE, None)
    assert around.recommendations == {web: second}, "that of another is still there"
    around.moved(second, moved)
    assert around.recommendations == {other: moved}
    aimless = VerticalPodAutoscaler("shop", "web-too", "uid-2", None)
    around.moved(moved, aimless)
    around.moved(aimless, None)
    assert around.recommendations == {}
