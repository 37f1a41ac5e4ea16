"""The shape that room is counted in, as a person writes it."""

from __future__ import annotations

import pytest

from nodeview.views import LARGEST, HeadroomShape, parse_headroom_shape
from tests.views.build import GIB, NANO


def test_amounts_a_workload_or_the_largest() -> None:
    assert parse_headroom_shape(" cpu=500m, memory=1Gi ") == HeadroomShape({"cpu": NANO // 2, "memory": GIB})
    assert parse_headroom_shape("nvidia.com/gpu=1") == HeadroomShape({"nvidia.com/gpu": NANO})
    assert parse_headroom_shape("shop/checkout") == HeadroomShape(namespace="shop", name="checkout")
    assert parse_headroom_shape("") == parse_headroom_shape("largest") == LARGEST
    assert LARGEST.is_largest
    assert not parse_headroom_shape("shop/checkout").is_largest


def test_it_is_counted_as_the_scheduler_does() -> None:
    assert parse_headroom_shape("cpu=100100u").amounts == {"cpu": 101 * NANO // 1000}


@pytest.mark.parametrize("text", ["cpu", "cpu=", "cpu=0", "cpu=-1", "cpu=1x", "=1", "cpu=1,", "a/b/c", "/b", "a/"])
def test_what_is_none_says_what_is_wrong(text: str) -> None:
    with pytest.raises(ValueError, match=r"^(is|has) \""):
        parse_headroom_shape(text)
