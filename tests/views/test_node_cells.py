"""The cells that say what and where a node is, and what it costs."""

from __future__ import annotations

import pytest

from nodeview.views import Cell
from tests.views.build import cell, labels, view


def test_a_name_is_shown_without_its_domain_and_kept_whole() -> None:
    name = "ip-10-0-63-64.eu-west-1.compute.internal"
    assert cell("name", view(name)) == Cell("ip-10-0-63-64", reason=name)
    assert cell("name", view("worker-1")) == Cell("worker-1")


@pytest.mark.parametrize(
    ("zone", "region", "shown"),
    [
        ("eu-west-1a", "eu-west-1", "1a"),
        ("us-west-2-lax-1a", "us-west-2", "2-lax-1a"),
        ("europe-west1-b", "europe-west1", "west1-b"),
        ("westeurope-1", "westeurope", "westeurope-1"),
        ("rack-7", "eu-west-1", "rack-7"),
        ("rack-7", None, "rack-7"),
    ],
)
def test_a_zone_loses_what_all_zones_of_its_region_share(zone: str, region: str | None, shown: str) -> None:
    said = labels(zone=zone) | (labels(region=region) if region else {})
    assert cell("zone", view(labels=said)) == Cell(shown, reason=zone)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ({"karpenter.sh/capacity-type": "on-demand"}, "od"),
        ({"karpenter.sh/capacity-type": "reserved"}, "rsv"),
        (
            {
                "karpenter.sh/capacity-type": "reserved",
                "karpenter.k8s.aws/capacity-reservation-type": "capacity-block",
            },
            "cb",
        ),
        ({"eks.amazonaws.com/compute-type": "fargate"}, "fargate"),
    ],
)
def test_capacity_words(said: dict[str, str], shown: str) -> None:
    assert cell("cap", view(labels=said)).text == shown


def test_a_price_that_is_nonsense_says_so() -> None:
    assert 'says "free"' in cell("price", view(labels=labels(price="free"))).reason
