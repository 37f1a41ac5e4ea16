"""boto3 itself against services on loopback: pages, faults, endpoints."""

from __future__ import annotations

import json
import logging
import socket
import time
from collections.abc import Iterator

import pytest

from nodeview.pricing import Offer, Quote
from nodeview.wire.aws_asking import AwsClients, ask
from nodeview.wire.aws_calls import Call, calls_of
from nodeview.wire.aws_failures import failure_of
from tests.wire.aws_servers import Aws, Spot, aws_server, machine, on_demand_milli, shop

EU = "eu-west-1"


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Aws]:
    with aws_server() as aws:
        for name, value in aws.environment(AWS_REGION="us-west-2").items():
            monkeypatch.setenv(name, value)
        yield aws


def only(*offers: Offer) -> Call:
    (call,), _ = calls_of(offers)
    return call


def machines(names: list[str]) -> list[Offer]:
    return [Offer("on-demand", EU, name) for name in names]


def asked(call: Call, clients: AwsClients | None = None) -> tuple[dict[Offer, Quote], int]:
    made: list[str] = []
    return dict(ask(clients or AwsClients(None), call, made)), len(made)


def test_prices_come_from_the_nodes_region_whatever_the_environment_says(aws: Aws) -> None:
    names = shop(aws)
    aws.items += [machine(name, "us-west-2", "9.9") for name in names]
    quotes, requests = asked(only(*machines(names)))
    assert [quote.hourly for quote in quotes.values()] == [10**6 * on_demand_milli(n) for n in range(12)]
    assert {quote.source for quote in quotes.values()} == {"live"}
    assert (requests, aws.count(), aws.hosts) == (1, 1, ["eu-central-1"])


def test_all_pages_are_read(aws: Aws) -> None:
    names, aws.page = shop(aws), 5
    quotes, requests = asked(only(*machines(names)))
    assert all(quote.hourly for quote in quotes.values())
    assert requests == 3


def test_a_type_that_is_not_listed_is_answered_without_a_price(aws: Aws) -> None:
    quotes, _ = asked(only(Offer("on-demand", EU, "z9.large")))
    (quote,) = quotes.values()
    assert (quote.hourly, quote.note) == (None, "not in price list (new type?)")


def test_items_that_cannot_be_read_are_passed_over_and_counted(aws: Aws, caplog: pytest.LogCaptureFixture) -> None:
    aws.items += ["{broken", json.dumps({"product": 7}), machine("m5.large", EU, "0.107")]
    with caplog.at_level(logging.WARNING):
        quotes, _ = asked(only(*machines(["m5.large"])))
    assert [quote.hourly for quote in quotes.values()] == [107_000_000]
    assert f"2 items of the price list of {EU} cannot be read" in caplog.text


def test_an_expired_page_begins_again_once(aws: Aws) -> None:
    names, aws.page = shop(aws), 5
    aws.faults["GetProducts"].extend(["", "ExpiredNextTokenException"])
    quotes, requests = asked(only(*machines(names)))
    assert all(quote.hourly for quote in quotes.values())
    assert requests == 5
    assert aws.performed["ExpiredNextTokenException"] == 1


def test_a_page_that_expires_for_ever_is_a_failure(aws: Aws) -> None:
    shop(aws)
    aws.forever["GetProducts"] = "ExpiredNextTokenException"
    with pytest.raises(Exception, match="ExpiredNextToken"):
        asked(only(*machines(["m5i.large"])))
    assert aws.count() == 2


def test_a_service_without_any_of_is_asked_one_type_at_a_time(aws: Aws) -> None:
    names, aws.knows_any_of = shop(aws, types=3), False
    quotes, _ = asked(only(*machines(names)))
    assert [quote.hourly for quote in quotes.values()] == [10**8, 2 * 10**8, 4 * 10**8]
    assert aws.count() == 4


def test_spot_is_asked_in_its_region_for_the_price_of_now(aws: Aws) -> None:
    names, aws.page = shop(aws), 20
    offers = [Offer("spot", EU, name, zone="euw1-az2") for name in names]
    quotes, requests = asked(only(*offers))
    assert [quotes[offer].hourly for offer in offers] == [30_000_000 * (n + 1) + 2_000_000 for n in range(12)]
    assert len(quotes) == 36, "the other zones come along"
    assert requests == 2
    assert aws.hosts == [EU, EU]
    assert "StartTime" in aws.asked[0][1]


def test_the_longer_name_of_a_product_is_tried_second(aws: Aws) -> None:
    aws.spots.append(Spot("m5.large", "eu-west-1a", "euw1-az1", "0.06", "Linux/UNIX (Amazon VPC)"))
    quotes, _ = asked(only(Offer("spot", EU, "m5.large", zone="euw1-az1")))
    assert [quote.hourly for quote in quotes.values()] == [60_000_000]
    assert [said["ProductDescription.1"] for _, said in aws.asked] == ["Linux/UNIX", "Linux/UNIX (Amazon VPC)"]


@pytest.mark.parametrize("fault", ["ThrottlingException", "InternalErrorException:500", "reset", "cut"])
def test_a_fault_that_passes_is_not_noticed(aws: Aws, fault: str) -> None:
    names = shop(aws)
    aws.faults["GetProducts"].append(fault)
    quotes, _ = asked(only(*machines(names)))
    assert all(quote.hourly for quote in quotes.values())
    assert aws.performed[fault] == 1
    assert aws.count() == 2


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("ThrottlingException", "throttled"),
        ("InternalErrorException:500", "trouble"),
        ("reset", "trouble"),
        ("cut", "trouble"),
        ("AccessDeniedException", "denied"),
        ("ExpiredTokenException", "expired"),
        ("skew:7200", "clock"),
    ],
)
def test_a_fault_that_stays_is_a_failure_after_three_attempts(aws: Aws, fault: str, kind: str) -> None:
    aws.forever["GetProducts"] = fault
    call = only(*machines(["m5.large"]))
    with pytest.raises(Exception) as raised:
        asked(call)
    failure = failure_of(raised.value, call, None, time.time())
    assert failure.kind == kind
    assert aws.count() <= 3
    assert "arn:" not in failure.sentence
    if kind == "clock":
        assert failure.sentence in {f"prices: local clock is wrong by {s} s" for s in range(7195, 7206)}


@pytest.mark.parametrize(
    ("fault", "kind"), [("UnauthorizedOperation:403", "denied-spot"), ("skew:-900", "clock"), ("cut", "trouble")]
)
def test_spot_fails_by_itself(aws: Aws, fault: str, kind: str) -> None:
    aws.forever["Spot"] = fault
    call = only(Offer("spot", EU, "m5.large", zone="euw1-az1"))
    with pytest.raises(Exception) as raised:
        asked(call)
    assert failure_of(raised.value, call, None, time.time()).kind == kind


def unreachable_url() -> str:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{taken.getsockname()[1]}"


def test_the_next_endpoint_answers_when_one_cannot_be_reached(aws: Aws) -> None:
    names = shop(aws)
    clients = AwsClients(
        None, {"eu-central-1": unreachable_url(), "ap-south-1": aws.url, "us-east-1": unreachable_url()}
    )
    quotes, _ = asked(only(*machines(names)), clients)
    assert all(quote.hourly for quote in quotes.values())
    assert aws.hosts == ["ap-south-1"]
    assert clients.lost == {"eu-central-1"}
    asked(only(*machines(names)), clients)
    assert aws.hosts == ["ap-south-1", "ap-south-1"]


def test_no_endpoint_at_all_is_unreachable(aws: Aws) -> None:
    clients = AwsClients(None, dict.fromkeys(("eu-central-1", "ap-south-1", "us-east-1"), unreachable_url()))
    call = only(*machines(["m5.large"]))
    with pytest.raises(Exception) as raised:
        asked(call, clients)
    assert failure_of(raised.value, call, None, 0.0).kind == "unreachable"


def test_china_is_asked_in_china(aws: Aws) -> None:
    aws.items.append(machine("m5.large", "cn-north-1", "1.013", currency="CNY"))
    quotes, _ = asked(only(Offer("on-demand", "cn-north-1", "m5.large")))
    assert [(quote.hourly, quote.currency) for quote in quotes.values()] == [(1_013_000_000, "CNY")]
    assert aws.hosts == ["cn-northwest-1"]
