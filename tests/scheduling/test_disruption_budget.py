"""Whether the eviction API would let a pod go."""

from __future__ import annotations

from typing import Any

import pytest

from nodeview.records import ObjectKey, Pod, PodDisruptionBudget, Requirement
from nodeview.scheduling import NO_BUDGETS, BudgetIndex, eviction_of, forbids_all
from tests.builders import NOW, a_pod

LABELS = (("app", "ledger"), ("tier", "db"))
OF_LEDGER = (Requirement("app", "In", ("ledger",)),)


def a_budget(name: str = "ledger", **overrides: Any) -> PodDisruptionBudget:
    """Two of three must be healthy, and three are."""
    said: dict[str, Any] = {
        "namespace": "shop",
        "uid": f"uid-{name}",
        "generation": 1,
        "observed_generation": 1,
        "selector": OF_LEDGER,
        "min_available": 2,
        "current_healthy": 3,
        "desired_healthy": 2,
        "expected_pods": 3,
        "disruptions_allowed": 1,
    }
    return PodDisruptionBudget(name=name, **(said | overrides))


def ledger(name: str = "ledger-0", **overrides: Any) -> Pod:
    return a_pod(name, **({"namespace": "shop", "labels": LABELS} | overrides))


SPENT: dict[str, Any] = {"disruptions_allowed": 0, "current_healthy": 2}


@pytest.mark.parametrize(
    ("said", "evictable", "block"),
    [
        ({}, "now", ""),
        (SPENT, "later", "spent"),
        ({"disruptions_allowed": -1}, "later", "spent"),
        ({"observed_generation": 0}, "later", "processing"),
        ({"min_available": None, "max_unavailable": 0, "disruptions_allowed": 1}, "never", "arithmetic"),
        ({"min_available": None, "max_unavailable": "0%"}, "never", "arithmetic"),
        ({"min_available": "100%"}, "never", "arithmetic"),
        ({"min_available": 3, "desired_healthy": 3, "disruptions_allowed": 0}, "never", "arithmetic"),
        ({"min_available": "90%", "desired_healthy": 3, "disruptions_allowed": 0}, "never", "arithmetic"),
        # nothing is expected yet: 0 of 0 says nothing of what will be
        ({"desired_healthy": 0, "expected_pods": 0, "disruptions_allowed": 0}, "later", "spent"),
        # what the status says is of a spec that is no more
        ({"desired_healthy": 3, "observed_generation": 0}, "later", "processing"),
    ],
)
def test_never_is_told_from_not_now(said: dict[str, Any], evictable: str, block: str) -> None:
    found = eviction_of(ledger(), (a_budget(**said),))
    assert (found.evictable, found.block) == (evictable, block)


@pytest.mark.parametrize(
    ("said", "proof"),
    [
        (SPENT, "PDB shop/ledger: needs 2 healthy, has 2"),
        (
            {"min_available": 3, "desired_healthy": 3, "current_healthy": 1, "disruptions_allowed": 0},
            "PDB shop/ledger: needs 3 healthy of 3, has 1",
        ),
        ({"min_available": None, "max_unavailable": "0%"}, "PDB shop/ledger: maxUnavailable is 0%"),
        ({"min_available": "100%"}, "PDB shop/ledger: minAvailable is 100%"),
        ({"observed_generation": 0}, "PDB shop/ledger: still being processed by the server"),
        ({}, ""),
    ],
)
def test_the_proof_is_its_arithmetic(said: dict[str, Any], proof: str) -> None:
    assert eviction_of(ledger(), (a_budget(**said),)).proof == proof


@pytest.mark.parametrize("pod", [{"deleted": NOW}, {"phase": "Pending"}, {"phase": "Failed"}, {"phase": "Succeeded"}])
def test_budgets_are_not_asked_for_pods_that_do_not_serve(pod: dict[str, Any]) -> None:
    assert eviction_of(ledger(**pod), (a_budget(**SPENT), a_budget("other"))).evictable == "now"


@pytest.mark.parametrize(
    ("said", "evictable"),
    [
        ({"evicts_unready": True} | SPENT, "now"),
        (SPENT, "now"),  # 2 of 2 are healthy without it
        (SPENT | {"current_healthy": 1}, "later"),
        (SPENT | {"current_healthy": 0, "desired_healthy": 0}, "later"),
        ({"max_unavailable": 0, "min_available": None, "evicts_unready": True}, "now"),
    ],
)
def test_a_pod_that_is_not_ready_may_go_where_it_counts_for_nothing(said: dict[str, Any], evictable: str) -> None:
    assert eviction_of(ledger(ready=False), (a_budget(**said),)).evictable == evictable


def test_more_than_one_budget_is_what_the_api_refuses() -> None:
    found = eviction_of(ledger(), (a_budget(), a_budget("all")))
    assert (found.evictable, found.block) == ("never", "several")
    assert found.proof == "more than one PDB: shop/ledger, shop/all"


def indexed(*budgets: PodDisruptionBudget, before: BudgetIndex | None = None) -> BudgetIndex:
    return BudgetIndex({one.key: one for one in budgets}, before)


def test_a_budget_means_pods_of_its_own_namespace_by_their_labels() -> None:
    everything, nothing = a_budget("all", selector=()), a_budget("none", selector=None)
    index = indexed(a_budget(), everything, nothing, a_budget("other", selector=(Requirement("app", "In", ("x",)),)))
    assert [one.name for one in index.of(ledger())] == ["all", "ledger"]
    assert [one.name for one in index.of(ledger(labels=()))] == ["all"]
    assert index.of(ledger(namespace="elsewhere")) == ()
    assert NO_BUDGETS.of(ledger()) == ()
    assert index.eviction_of(ledger()).block == "several"
    assert index.eviction_of(ledger(namespace="elsewhere")).evictable == "now"
    assert set(index.namespaces) == {"shop"}
    assert index.names >= {"shop/all", "shop/ledger"}


def test_a_status_that_changes_keeps_what_is_known_of_labels() -> None:
    first = indexed(a_budget(), a_budget("elsewhere", namespace="bank"))
    pod = ledger()
    assert first.eviction_of(pod).evictable == "now"
    second = indexed(a_budget(**SPENT), a_budget("elsewhere", namespace="bank"), before=first)
    assert second.eviction_of(pod).evictable == "later"
    assert second.reselected(first) == frozenset()
    third = indexed(a_budget(selector=None), a_budget("elsewhere", namespace="bank"), before=second)
    assert third.keys_of(pod) == ()
    assert third.reselected(second) == {"shop"}
    assert indexed(before=third).reselected(third) == {"shop", "bank"}
    assert second.keys_of(pod) == (ObjectKey("shop", "ledger"),)


def test_a_budget_is_spent_by_its_name() -> None:
    index = indexed(a_budget(), a_budget("spent", **SPENT), a_budget("never", max_unavailable=0, min_available=None))
    assert [one for one in ("ledger", "spent", "never", "gone") if index.is_spent(f"shop/{one}")] == ["spent", "never"]


def test_what_forbids_all_is_told_without_a_pod() -> None:
    assert not forbids_all(a_budget(**SPENT))
    assert forbids_all(a_budget(max_unavailable=0, min_available=None))
    assert not forbids_all(a_budget(max_unavailable="50%", min_available=None))
