"""`nodeview prices --build`: a table from the public list, which the next report uses; or none, and why."""

from __future__ import annotations

from pathlib import Path

from nodeview.cli.price_build import listed_regions
from nodeview.pricing import table_of
from nodeview.wire.price_table import shipped_table
from tests.cli.running import nodeview
from tests.wire.test_price_list import EKS_HEADS, listed, price_lists, row


async def test_a_table_is_built_and_found(tmp_path: Path) -> None:
    machines = listed([row("q1.large", "0.1070000000")])
    async with price_lists(machines, listed([], EKS_HEADS)) as url:
        done = await nodeview(tmp_path, "prices", "--build", "--region", "eu-west-1", NODEVIEW_PRICE_LIST_URL=url)
    assert done.code == 0, done.err
    assert f"reading {url}" in done.err
    file = Path(done.out.splitlines()[-1].partition(" has prices of")[0])
    table = table_of(file.read_bytes())
    assert any(part.prices.get("q1.large") == "0.107" for part in table.parts)


async def test_without_a_network_nothing_is_written(tmp_path: Path) -> None:
    done = await nodeview(
        tmp_path, "prices", "--build", "--region", "eu-west-1", NODEVIEW_PRICE_LIST_URL="http://127.0.0.1:9"
    )
    assert (done.code, done.out) == (1, "")
    assert not list(tmp_path.rglob("table.json"))
    assert "Traceback" not in done.err


def test_regions_are_those_of_the_table_without_zone_groups() -> None:
    regions = listed_regions(shipped_table())
    assert {"us-east-1", "eu-west-1", "us-gov-west-1", "cn-north-1"} <= set(regions)
    assert not [region for region in regions if region.count("-") > 3]
