"""The child that asks AWS, from its parent's side: real processes, AWS on loopback."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from nodeview.pricing import Offer
from nodeview.wire.price_child import STOPPED, PriceChild, child_command
from nodeview.wire.price_protocol import Answer
from tests.wire.aws_servers import Aws, aws_server, machine, shop

EU = "eu-west-1"
M5 = Offer("on-demand", EU, "m5.large")


@pytest.fixture
def aws() -> Iterator[Aws]:
    with aws_server() as aws:
        yield aws


def environment(aws: Aws, **other: str) -> dict[str, str]:
    return {**os.environ, **aws.environment(**other)}


def script(code: str) -> tuple[str, ...]:
    return (sys.executable, "-c", code)


async def answers(child: PriceChild, *offers: Offer) -> list[Answer]:
    return [answer async for answer in child.ask(offers)]


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


async def gone(pid: int) -> None:
    async with asyncio.timeout(5):
        while is_alive(pid):
            await asyncio.sleep(0.01)


async def test_twelve_types_of_one_region_are_four_calls_priced_in_the_nodes_region(aws: Aws) -> None:
    names = shop(aws)
    aws.items += [machine(name, "us-west-2", "9.9") for name in names]
    offers = [Offer("on-demand", EU, name) for name in names]
    offers += [Offer("spot", EU, name, zone=f"euw1-az{n % 3 + 1}") for n, name in enumerate(names)]
    offers += [Offer("auto-fee", EU, name) for name in names]
    offers += [Offer("fargate", EU, item) for item in ("vcpu", "gb", "ephemeral-gb")]
    async with PriceChild(environ=environment(aws, AWS_REGION="us-west-2", AWS_DEFAULT_REGION="us-west-2")) as child:
        assert child.pid is None
        said = await answers(child, *offers)
        pid = child.pid
    assert pid is not None
    quotes = {offer: quote for answer in said for offer, quote in answer.quotes}
    assert set(quotes) >= set(offers)
    assert {quote.source for quote in quotes.values()} == {"live"}
    assert quotes[Offer("on-demand", EU, names[3])].hourly == 800_000_000
    assert quotes[Offer("spot", EU, names[3], zone="euw1-az1")].hourly == 121_000_000
    assert (said[-1].done, said[-1].calls, aws.count()) == (True, 4, 4)
    assert sorted(aws.hosts) == ["eu-central-1"] * 3 + [EU]
    await gone(pid)


async def test_each_permission_may_be_absent_alone(aws: Aws) -> None:
    shop(aws)
    machine_, spot = Offer("on-demand", EU, "m5i.large"), Offer("spot", EU, "m5i.large", zone="euw1-az1")
    async with PriceChild(environ=environment(aws)) as child:
        for name, fault, failed, kind in (
            ("Spot", "UnauthorizedOperation:403", spot, "denied-spot"),
            ("GetProducts", "AccessDeniedException", machine_, "denied"),
        ):
            aws.forever = {name: fault}
            said = await answers(child, machine_, spot)
            failures = [answer.failure for answer in said if answer.failure]
            assert [(failure.kind, failure.offers) for failure in failures] == [(kind, (failed,))]
            answered = {offer for answer in said for offer, _ in answer.quotes}
            assert answered & {machine_, spot} == {machine_, spot} - {failed}


async def test_questions_are_answered_side_by_side(aws: Aws) -> None:
    names = shop(aws)
    async with PriceChild(environ=environment(aws)) as child:
        first, second = await asyncio.gather(
            answers(child, Offer("on-demand", EU, names[0])), answers(child, Offer("on-demand", EU, names[1]))
        )
    assert first[0].quotes[0][1].hourly == 100_000_000
    assert second[0].quotes[0][1].hourly == 200_000_000


async def test_a_child_that_is_killed_is_started_again_after_a_pause(aws: Aws) -> None:
    shop(aws)
    offer = Offer("on-demand", EU, "m5i.large")
    async with PriceChild(environ=environment(aws), pauses=(1.0, 2.0)) as child:
        assert (await answers(child, offer))[-1].done
        aws.forever["GetProducts"] = "hang"
        asking = asyncio.create_task(answers(child, offer))
        while not aws.performed["hang"]:
            await asyncio.sleep(0.01)
        assert child.pid is not None
        killed = child.pid
        os.kill(killed, 9)
        (said,) = await asking
        assert said.failure is not None
        assert (said.failure.kind, said.failure.offers, said.done) == ("child", (offer,), True)
        assert said.failure.sentence == STOPPED
        assert said.failure.retry_s is not None
        assert 0 < said.failure.retry_s <= 1.0
        (at_once,) = await answers(child, offer)
        assert at_once.failure is not None
        aws.forever.clear()
        await asyncio.sleep(1.01)
        assert (await answers(child, offer))[0].quotes
        assert child.pid not in (killed, None)


async def test_closing_ends_a_child_that_waits_for_aws_and_what_it_started(aws: Aws) -> None:
    aws.forever["GetProducts"] = "hang"
    before = len(os.listdir("/proc/self/fd"))
    child = PriceChild(environ=environment(aws))
    asking = asyncio.create_task(answers(child, M5))
    while not aws.performed["hang"]:
        await asyncio.sleep(0.01)
    pid = child.pid
    assert pid is not None
    began = time.monotonic()
    await child.close()
    assert time.monotonic() - began < 3
    assert not is_alive(pid)
    (said,) = await asking
    assert said.failure is not None
    (closed,) = await answers(child, M5)
    assert closed.failure is not None
    assert child.pid is None
    await asyncio.sleep(0)
    assert len(os.listdir("/proc/self/fd")) <= before + 1  # the server's end of the hanging connection


async def test_a_silent_child_is_killed() -> None:
    async with PriceChild(command=script("import time; time.sleep(60)"), silence_s=0.3) as child:
        asking = asyncio.create_task(answers(child, M5))
        while child.pid is None:
            await asyncio.sleep(0.01)
        pid = child.pid
        (said,) = await asking
        assert said.failure is not None
        assert said.failure.kind == "child"
        await gone(pid)


@pytest.mark.parametrize("words", ["nonsense", '{"id": "seven"}'])
async def test_a_child_that_talks_nonsense_is_killed(words: str, caplog: pytest.LogCaptureFixture) -> None:
    code = f"import time; print({words!r}, flush=True); time.sleep(60)"
    async with PriceChild(command=script(code)) as child:
        (said,) = await answers(child, M5)
    assert said.failure is not None
    assert said.failure.kind == "child"
    assert "cannot be read" in caplog.text


async def test_a_child_that_ends_at_once_is_paused_longer_each_time() -> None:
    async with PriceChild(command=script(""), pauses=(0.05, 30)) as child:
        pauses = []
        for _ in range(2):
            (said,) = await answers(child, M5)
            assert said.failure is not None
            assert said.failure.retry_s is not None
            pauses.append(said.failure.retry_s)
            await asyncio.sleep(0.06)
        assert pauses[0] <= 0.05
        assert 29 < pauses[1] <= 30


async def test_a_child_that_cannot_be_started_is_a_failure() -> None:
    async with PriceChild(command=("/nonexistent/python",)) as child:
        (said,) = await answers(child, M5)
    assert said.failure is not None
    assert said.failure.kind == "child"


async def test_what_the_child_says_goes_to_the_log_without_secrets(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    key, secret = "AKIA" + "ABCDEFGHIJKLMNOP", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
    code = f"import sys; sys.stderr.write('\\x1b[31mkey {key}, secret {secret}\\nand more')"
    with caplog.at_level(logging.WARNING):
        async with PriceChild(command=script(code)) as child:
            await answers(child, M5)
    assert "key …, secret …" in caplog.text
    assert "and more" in caplog.text
    assert key not in caplog.text
    assert secret not in caplog.text
    assert "\x1b" not in caplog.text
    assert capfd.readouterr() == ("", "")


def test_a_profile_is_handed_to_the_child() -> None:
    assert child_command("corp")[-2:] == ("--profile", "corp")
    assert child_command(None)[-1] == "nodeview.wire.aws_prices"
