"""PodDisruptionBudgets, field by field."""

from __future__ import annotations

from nodeview.records import DISRUPTION_BUDGETS, Condition, PodDisruptionBudget, Requirement, ServerVersion
from tests.records.bodies import Json, array

SERVER = ServerVersion(1, 35, "v1.35.0")


def read(spec: object = None, status: object = None) -> PodDisruptionBudget:
    """A budget with this spec and status."""
    body = {
        "metadata": {"name": "db", "namespace": "shop", "uid": "u", "generation": 3},
        "spec": spec,
        "status": status,
    }
    (one,) = DISRUPTION_BUDGETS.reader(SERVER)(array([body])).records
    return one


def test_a_budget() -> None:
    spec = {
        "minAvailable": "50%",
        "selector": {"matchLabels": {"app": "db"}, "matchExpressions": [{"key": "tier", "operator": "Exists"}]},
        "unhealthyPodEvictionPolicy": "AlwaysAllow",
    }
    status = {
        "observedGeneration": 2, "currentHealthy": 3, "desiredHealthy": 2, "expectedPods": 4, "disruptionsAllowed": 1,
        "conditions": [{"type": "DisruptionAllowed", "status": "False", "reason": "InsufficientPods"}],
    }  # fmt: skip
    one = read(spec, status)
    assert one == PodDisruptionBudget(
        namespace="shop",
        name="db",
        uid="u",
        generation=3,
        observed_generation=2,
        selector=(Requirement("app", "In", ("db",)), Requirement("tier", "Exists")),
        min_available="50%",
        evicts_unready=True,
        current_healthy=3,
        desired_healthy=2,
        expected_pods=4,
        disruptions_allowed=1,
        conditions=(Condition("DisruptionAllowed", "False", "InsufficientPods"),),
    )
    assert one.key == ("shop", "db")


def test_an_empty_selector_is_not_none() -> None:
    assert read({"selector": {}}).selector == ()
    assert read({"selector": {"matchLabels": {}, "matchExpressions": None}}).selector == ()
    assert read({"selector": None}).selector is None
    assert read({}).selector is None


def test_numbers_stay_numbers_and_zero_is_said() -> None:
    one = read({"maxUnavailable": 0})
    assert (one.max_unavailable, one.min_available) == (0, None)
    assert read({"maxUnavailable": "0%"}).max_unavailable == "0%"


def test_only_always_allow_evicts_the_unready() -> None:
    assert not read({"unhealthyPodEvictionPolicy": "IfHealthyBudget"}).evicts_unready
    assert not read({"unhealthyPodEvictionPolicy": None}).evicts_unready


def test_every_field_may_be_null_or_absent() -> None:
    nulls = {"minAvailable": None, "maxUnavailable": None, "selector": None}
    unsaid = {"observedGeneration": None, "currentHealthy": None, "disruptionsAllowed": None, "conditions": None}
    assert read(nulls, unsaid) == read()
    assert (read().observed_generation, read().disruptions_allowed, read().conditions) == (0, 0, ())


def test_one_bad_budget_spoils_no_neighbour() -> None:
    bad: Json = {"metadata": {"name": "bad", "namespace": "shop"}, "spec": {"minAvailable": [1]}}
    batch = DISRUPTION_BUDGETS.reader(SERVER)(array([bad, {"metadata": {"name": "good"}}]))
    assert [one.name for one in batch.records] == ["good"]
    assert len(batch.unread) == 1
    assert "shop/bad" in batch.unread[0]


def test_where_they_are_served() -> None:
    assert DISRUPTION_BUDGETS.id == "poddisruptionbudgets.policy"
    assert DISRUPTION_BUDGETS.path("v1") == "/apis/policy/v1/poddisruptionbudgets"
