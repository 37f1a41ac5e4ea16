"""Prices, the child process and boto3 together, against AWS on loopback: how often AWS is asked, and what is said."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest

from nodeview.live.prices import Prices, PricesPace
from nodeview.pricing import Offer, PriceBook, PriceTable, TablePart
from nodeview.wire.price_cache import PriceCache
from nodeview.wire.price_child import STOPPED, PriceChild
from tests.wire.aws_servers import Aws, Spot, aws_server, machine, shop

EU = "eu-west-1"
TABLE = PriceTable("2026-07-20", "a test", (TablePart("on-demand", EU, "2026-07-20", "a test", {"m5i.large": "0.1"}),))
M5 = Offer("on-demand", EU, "m5i.large")
SPOT = Offer("spot", EU, "m5i.large", zone="euw1-az1")


@pytest.fixture
def aws() -> Iterator[Aws]:
    with aws_server() as aws:
        shop(aws)
        yield aws


@asynccontextmanager
async def prices_of(
    environ: dict[str, str], folder: Path, pace: PricesPace | None = None, pauses: tuple[float, ...] = (0.05,)
) -> AsyncIterator[tuple[Prices, PriceChild]]:
    child = PriceChild(environ={**os.environ, **environ}, pauses=pauses)
    quick = pace or PricesPace(debounce_s=0.01, look_s=0.05, watch_s=0.05, back_off_s=(60.0,))
    prices = Prices(PriceBook(TABLE), PriceCache(folder), child, stamp=lambda: None, pace=quick)
    try:
        yield prices, child
    finally:
        await prices.close()


async def until(happened: Callable[[], object]) -> None:
    async with asyncio.timeout(20):
        while not happened():
            await asyncio.sleep(0.01)


def wanted(types: int = 12) -> list[Offer]:
    names = list(
        dict.fromkeys(f"m{5 + n // 4}i.{('large', 'xlarge', '2xlarge', '4xlarge')[n % 4]}" for n in range(types))
    )
    spot = [Offer("spot", EU, name, zone=f"euw1-az{zone}") for name in names for zone in (1, 2, 3)]
    machines = [Offer("on-demand", EU, name) for name in names]
    fees = [Offer("auto-fee", EU, name) for name in names]
    return [*machines, *spot, *fees, *(Offer("fargate", EU, item) for item in ("vcpu", "gb", "ephemeral-gb"))]


async def test_a_cluster_of_twelve_types_costs_four_calls_and_none_while_that_is_fresh(
    aws: Aws, tmp_path: Path
) -> None:
    aws.items += [machine(f"m5i.{size}", "us-west-2", "9.9") for size in ("large", "xlarge")]
    environ = aws.environment(AWS_REGION="us-west-2")
    async with prices_of(environ, tmp_path) as (prices, _):
        for offer in wanted():
            prices.want([offer])
        await prices.settled()
        assert set(prices.book.quotes) == set(wanted())
        assert prices.book.quotes[M5].hourly == 100_000_000
        assert prices.status.sentence == ""
    assert aws.count() == 4
    async with prices_of(environ, tmp_path) as (prices, child):
        prices.want(wanted())
        await prices.settled()
        assert set(prices.book.quotes) == set(wanted())
        assert child.pid is None, "not even started"
    assert aws.count() == 4


async def test_one_permission_less_is_one_kind_of_price_less(aws: Aws, tmp_path: Path) -> None:
    aws.forever = {"Spot": "UnauthorizedOperation:403"}
    async with prices_of(aws.environment(), tmp_path) as (prices, _):
        prices.want([M5, SPOT])
        await prices.settled()
        assert set(prices.book.quotes) == {M5}
        assert prices.status.sentence == "spot prices estimated: no permission ec2:DescribeSpotPriceHistory"


async def test_no_credentials_is_said_with_the_tables_date(aws: Aws, tmp_path: Path) -> None:
    environ = aws.environment(HOME=str(tmp_path))
    environ["AWS_ACCESS_KEY_ID"] = environ["AWS_SECRET_ACCESS_KEY"] = ""
    async with prices_of(environ, tmp_path) as (prices, _):
        prices.want([M5, SPOT])
        await prices.settled()
        assert prices.status.sentence == "prices: offline table 2026-07 - no AWS credentials"
        assert prices.failures == dict.fromkeys((M5, SPOT), "no AWS credentials")
    assert aws.count() == 0


async def test_govcloud_is_asked_for_spot_alone(aws: Aws, tmp_path: Path) -> None:
    gov = "us-gov-west-1"
    aws.spots.append(Spot("m5.large", f"{gov}a", "usgw1-az1", "0.05"))
    spot = Offer("spot", gov, "m5.large", zone="usgw1-az1")
    async with prices_of(aws.environment(), tmp_path) as (prices, _):
        prices.want([Offer("on-demand", gov, "m5.large"), spot])
        await prices.settled()
        assert prices.book.quotes[spot].hourly == 50_000_000
        assert prices.status.sentence == "GovCloud: on-demand from shipped table"
    assert aws.hosts == [gov]


async def test_a_child_that_is_killed_is_replaced_and_spoken_of_the_second_time(aws: Aws, tmp_path: Path) -> None:
    aws.forever = {"GetProducts": "hang"}
    async with prices_of(aws.environment(), tmp_path, pauses=(0.05, 1.0)) as (prices, child):
        prices.want([M5])
        for times in (1, 2):
            await until(lambda times=times: aws.performed["hang"] == times)  # type: ignore[misc]
            assert prices.status.sentence == ""
            assert child.pid is not None
            os.kill(child.pid, 9)
        await until(lambda: prices.status.sentence)
        assert prices.status.sentence == STOPPED
        aws.forever = {}
        await until(lambda: M5 in prices.book.quotes)
        assert prices.status.sentence == ""


@contextmanager
def deaf_proxy() -> Iterator[tuple[str, list[str]]]:
    """A proxy that notes whom it should connect to, and hangs up."""
    hosts: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                with connection:
                    hosts.append(connection.recv(4096).partition(b" ")[2].partition(b":")[0].decode())
                    connection.sendall(b"HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n")

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}", hosts
        listening.shutdown(socket.SHUT_RDWR)
    thread.join()


async def test_where_aws_cannot_be_reached_all_endpoints_are_tried(tmp_path: Path, aws: Aws) -> None:
    with deaf_proxy() as (url, hosts):
        environ = aws.environment(HTTPS_PROXY=url)
        del environ["AWS_ENDPOINT_URL_PRICING"]
        async with prices_of(environ, tmp_path) as (prices, _):
            prices.want([M5])
            await prices.settled()
            assert prices.status.sentence == "prices: AWS unreachable"
    assert [host for n, host in enumerate(hosts) if host not in hosts[:n]] == [
        f"api.pricing.{region}.amazonaws.com" for region in ("eu-central-1", "ap-south-1", "us-east-1")
    ]


async def test_the_loop_goes_on_while_the_child_starts_and_prices_arrive(aws: Aws, tmp_path: Path) -> None:
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            await asyncio.sleep(0.001)
            ticks += 1

    async with prices_of(aws.environment(), tmp_path) as (prices, _):
        ticking = asyncio.create_task(tick())
        prices.want(wanted())
        await prices.settled()
        ticking.cancel()
    assert len(prices.book.quotes) == len(wanted())
    assert ticks > 30, "a loop that waits for the child comes to a dozen"


ASKING = """
import asyncio, sys
from pathlib import Path
import nodeview.ui.app
from nodeview.live.prices import Prices
from nodeview.pricing import NO_TABLE, Offer, PriceBook
from nodeview.wire.price_cache import PriceCache
from nodeview.wire.price_child import PriceChild

async def main() -> None:
    offer = Offer("on-demand", "eu-west-1", "m5i.large")
    prices = Prices(PriceBook(NO_TABLE), PriceCache(Path(sys.argv[1])), PriceChild())
    prices.want([offer])
    await prices.settled()
    await prices.close()
    print(prices.book.quotes[offer].hourly, *sorted({"boto3", "botocore"} & set(sys.modules)))

asyncio.run(main())
"""


def test_the_process_of_the_screen_never_loads_boto3(aws: Aws, tmp_path: Path) -> None:
    command = [sys.executable, "-c", ASKING, str(tmp_path)]
    environ = {**os.environ, **aws.environment()}
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.split() == ["100000000"]
