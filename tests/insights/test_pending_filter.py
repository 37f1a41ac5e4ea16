"""Which groups a person wants to see."""

from __future__ import annotations

import pytest

from nodeview.insights import PendingFilter, parse_pending_filter
from nodeview.records import OwnerRef
from nodeview.views import FilterError
from tests.builders import a_node
from tests.insights.build import Cluster, waiting

GROUPS = (
    Cluster()
    .listed(
        nodes=[a_node()],
        pods=[
            waiting("a", namespace="shop", owner=OwnerRef("Deployment", "worker")),
            waiting("b", None, namespace="shop", gated=True, owner=OwnerRef("Job", "nightly")),
            waiting("c", namespace="bank", owner=OwnerRef("Deployment", "Worker-2")),
        ],
    )
    .groups()
)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", {"worker", "nightly", "Worker-2"}),
        ("ns=shop", {"worker", "nightly"}),
        ("namespace=SHOP owner=worker", {"worker"}),
        ("owner=worker*", {"worker", "Worker-2"}),
        ("ns=shop,bank kind=gated", {"nightly"}),
        ("!kind=gated", {"worker", "Worker-2"}),
        ("ns!=shop", {"Worker-2"}),
        ("vcpu", {"worker", "Worker-2"}),
        ("why=gates", {"nightly"}),
        ("nobody", set()),
    ],
)
def test_terms(text: str, shown: set[str]) -> None:
    wanted = parse_pending_filter(text)
    assert isinstance(wanted, PendingFilter)
    assert {one.name for one in GROUPS if wanted.lets_through(one)} == shown


@pytest.mark.parametrize("text", ["pool=api", "ns=", "=x"])
def test_what_is_not_understood_is_no_guess(text: str) -> None:
    assert isinstance(parse_pending_filter(text), FilterError)
