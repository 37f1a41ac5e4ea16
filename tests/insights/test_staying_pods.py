"""Which pods of a node may keep it."""

from __future__ import annotations

from typing import Any

import pytest

from nodeview.insights.staying_pods import FOREVER, NOBODY, called, go_duration, kept_until, tenants_of
from nodeview.records import Pod
from nodeview.scheduling import NO_BUDGETS, BudgetIndex
from nodeview.views import Assumptions, view_node
from tests.builders import NOW, a_node, a_pod, a_shape
from tests.insights.stays import DAEMON, shop
from tests.scheduling.test_disruption_budget import a_budget, ledger


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("30m", 1800), ("1h30m", 5400), ("1.5h", 5400), ("90s", 90), ("500ms", 0.5), (".5m", 30), ("+1m", 60),
        ("", None), ("true", None), ("1d", None), ("30", None), ("1h 30m", None), ("m", None), ("1" * 50 + "h", None),
    ],
)  # fmt: skip
def test_go_durations(text: str, seconds: float | None) -> None:
    assert go_duration(text) == seconds


def test_until_when_a_pod_is_to_be_left_alone() -> None:
    def kept(value: str, **overrides: object) -> float | None:
        said: dict[str, Any] = {"began_at": NOW, **overrides}
        return kept_until(a_pod(wishes=(("karpenter.sh/do-not-disrupt", value),), **said))

    assert kept("true") == FOREVER
    assert kept("30m") == NOW + 1800
    assert kept("30m", began_at=None) == FOREVER
    assert kept("0s") is None
    assert kept("yes") is None
    assert kept("true", phase="Succeeded") is None
    assert kept_until(a_pod()) is None


def found(*pods: Pod, budgets: BudgetIndex = NO_BUDGETS) -> dict[str, object]:
    given = Assumptions(priced=False)
    tenants = tenants_of(view_node(a_node(), None, None, pods, given, NOW, None), budgets, given.is_balloon)
    names = {key: getattr(tenants, key) for key in ("wishing", "guarded", "bare", "local", "system")}
    listed = {key: [pod.name for pod in value] for key, value in names.items() if value}
    return listed | {"movable": tenants.movable, "balloons": tenants.balloons}


def test_each_pod_is_found_where_it_matters() -> None:
    index = BudgetIndex({a_budget().key: a_budget()})
    pods = [
        shop("agent-1", owner=DAEMON, wishes=(("karpenter.sh/do-not-disrupt", "true"),), local_volumes=("x",)),
        shop("static-1", mirror=True, owner=None),
        ledger(),
        shop("bare-1", owner=None),
        shop("cache-1", local_volumes=("cache",)),
        shop("host-1", shape=a_shape(host_paths=True)),
        a_pod("dns-1", namespace="kube-system"),
        shop("balloon-1", shape=a_shape(priority=-5, images=("registry.k8s.io/pause:3.9",))),
        shop("done-1", owner=None, phase="Succeeded"),
    ]
    assert found(*pods, budgets=index) == {
        "wishing": ["agent-1"],
        "guarded": ["ledger-0"],
        "bare": ["bare-1"],
        "local": ["cache-1", "host-1"],
        "system": ["dns-1"],
        "movable": 6,
        "balloons": 1,
    }


def test_nobody_is_one_value() -> None:
    view = view_node(a_node(), None, None, (), Assumptions(priced=False), NOW, None)
    assert tenants_of(view, NO_BUDGETS, lambda pod: False) is NOBODY


def test_pods_are_called_by_the_first() -> None:
    assert called([shop()]) == "pod shop/cart-1"
    assert called([shop(), shop("cart-2"), shop("cart-3")]) == "pod shop/cart-1 and 2 more"
