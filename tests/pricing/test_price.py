"""The price that a node itself bears."""

from __future__ import annotations

import pytest

from nodeview.pricing import UNPRICED, price_said_on
from tests.builders import a_node

OURS, THEIRS = "nodeview/instance-price", "eks-node-viewer/instance-price"


@pytest.mark.parametrize("key", [OURS, THEIRS])
def test_a_label_or_an_annotation_states_it(key: str) -> None:
    assert price_said_on(a_node(labels={key: "0.131000"})).hourly == 131_000_000
    assert price_said_on(a_node(annotations={key: "2"})).hourly == 2 * 10**9


def test_ours_comes_before_theirs() -> None:
    assert price_said_on(a_node(labels={THEIRS: "1", OURS: "2"})).hourly == 2 * 10**9


def test_zero_is_a_price_and_its_source_is_told() -> None:
    price = price_said_on(a_node(labels={OURS: "0"}))
    assert (price.hourly, price.source) == (0, "override")


@pytest.mark.parametrize("said", ["free", "-1", "$0.10", "1e9", "NaN", "inf", ".5", "10001", "٣", "0.1\n"])
def test_nonsense_is_unknown_with_its_reason(said: str) -> None:
    price = price_said_on(a_node(annotations={OURS: said}))
    assert price.hourly is None
    assert said in price.reason


def test_an_empty_one_is_said_to_be_empty() -> None:
    price = price_said_on(a_node(labels={OURS: ""}))
    assert (price.hourly, price.reason) == (None, f"{OURS} is empty")


def test_a_long_one_is_shown_in_part() -> None:
    price = price_said_on(a_node(annotations={OURS: "9" * 100_000}))
    assert price.hourly is None
    assert len(price.reason) < 120


def test_no_label_is_unknown_with_its_reason() -> None:
    price = price_said_on(a_node())
    assert price is UNPRICED
    assert price.reason
