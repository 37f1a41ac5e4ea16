"""What failed is left alone for as long as it should be, and the one line says the most important of it."""

from __future__ import annotations

import math
import random

import pytest

from nodeview.live.price_holds import BACK_OFF_S, Holds
from nodeview.pricing import Offer
from nodeview.wire.price_protocol import Failure, FailureKind

M5 = Offer("on-demand", "eu-west-1", "m5.large")
SPOT = Offer("spot", "eu-west-1", "m5.large", zone="euw1-az1")
ELSEWHERE = Offer("on-demand", "us-east-1", "m5.large")


def failure(kind: FailureKind, sentence: str = "", retry_s: float | None = 60.0) -> Failure:
    return Failure(kind, sentence or f"prices: {kind}", (), retry_s)


class Middle(random.Random):
    def uniform(self, a: float, b: float) -> float:
        return (a + b) / 2


@pytest.mark.parametrize(("kind", "factor"), [("unreachable", 1), ("trouble", 1), ("throttled", 2)])
def test_what_may_pass_is_tried_later_and_later(kind: FailureKind, factor: int) -> None:
    holds, pauses = Holds(rng=Middle()), []
    for _ in range(7):
        holds.failed(failure(kind), [M5], 0.0)
        pauses.append(holds.until([M5], 0.0))
    assert pauses == pytest.approx([factor * pause for pause in (*BACK_OFF_S, BACK_OFF_S[-1], BACK_OFF_S[-1])])


def test_pauses_are_not_the_same_for_all() -> None:
    ends = set()
    for seed in range(20):
        holds = Holds(rng=random.Random(seed))
        holds.failed(failure("unreachable"), [M5], 0.0)
        ends.add(holds.until([M5], 0.0))
    assert len(ends) == 20
    assert 48 <= min(ends) < max(ends) <= 72


@pytest.mark.parametrize(("retry_s", "end"), [(3600.0, 3610.0), (None, math.inf)])
def test_other_failures_say_themselves_when_to_try_again(retry_s: float | None, end: float) -> None:
    holds = Holds()
    holds.failed(failure("denied", retry_s=retry_s), [M5], 10.0)
    assert holds.until([M5], 10.0) == end
    assert holds.holds(M5, 3600.0)
    assert holds.holds(M5, 3611.0) is (retry_s is None)


def test_a_failure_holds_one_service_of_one_region() -> None:
    holds = Holds()
    holds.failed(failure("denied"), [M5], 0.0)
    assert holds.holds(Offer("on-demand", "eu-west-1", "c5.large"), 1.0)
    assert not holds.holds(SPOT, 1.0)
    assert not holds.holds(ELSEWHERE, 1.0)
    assert holds.until([SPOT, ELSEWHERE], 0.0) == math.inf


def test_an_answer_begins_the_count_anew() -> None:
    holds = Holds(rng=Middle())
    holds.failed(failure("trouble"), [M5], 0.0)
    holds.failed(failure("trouble"), [M5], 0.0)
    assert holds.sentence([M5], "") == "prices: trouble"
    holds.answered([M5])
    assert holds.sentence([M5], "") == ""
    holds.failed(failure("trouble"), [M5], 0.0)
    assert holds.until([M5], 0.0) == BACK_OFF_S[0]


@pytest.mark.parametrize("kind", ["trouble", "child"])
def test_one_accident_is_not_worth_a_word_and_two_are(kind: FailureKind) -> None:
    holds = Holds()
    holds.failed(failure(kind), [M5], 0.0)
    assert holds.sentence([M5], "2026-07-20") == ""
    holds.failed(failure(kind), [M5], 0.0)
    assert holds.sentence([M5], "2026-07-20") == f"prices: {kind}"


def test_throttling_and_a_missing_boto3_have_no_line_but_a_reason() -> None:
    holds = Holds()
    holds.failed(Failure("throttled", ""), [M5], 0.0)
    holds.failed(Failure("no-boto3", ""), [SPOT], 0.0)
    assert holds.sentence([M5, SPOT], "2026-07-20") == ""
    assert holds.reasons([M5, SPOT, ELSEWHERE]) == {M5: "AWS asks for fewer requests", SPOT: "boto3 is not installed"}


def test_without_credentials_the_line_names_the_table() -> None:
    holds = Holds()
    holds.failed(failure("no-credentials", "prices: no AWS credentials"), [M5], 0.0)
    assert holds.sentence([M5], "2026-07-20") == "prices: offline table 2026-07 - no AWS credentials"
    assert holds.sentence([M5], "") == "prices: no AWS credentials"
    assert holds.reasons([M5]) == {M5: "no AWS credentials"}


def test_what_explains_most_is_said_and_only_of_what_is_wanted() -> None:
    holds = Holds()
    holds.failed(failure("denied-spot"), [SPOT], 0.0)
    holds.failed(failure("unreachable"), [ELSEWHERE], 0.0)
    assert holds.sentence([SPOT, ELSEWHERE], "") == "prices: unreachable"
    assert holds.sentence([SPOT, M5], "") == "prices: denied-spot"
    assert holds.sentence([M5], "") == ""


def test_a_new_sign_in_lets_go_only_what_waits_for_one() -> None:
    holds = Holds()
    holds.failed(failure("denied"), [SPOT], 0.0)
    assert not holds.for_credentials
    assert not holds.signed_in()
    holds.failed(failure("expired"), [M5], 0.0)
    assert holds.for_credentials
    assert holds.signed_in()
    assert not holds.holds(M5, 1.0)
    assert holds.holds(SPOT, 1.0)


def test_forgetting_lets_go_all() -> None:
    holds = Holds()
    holds.failed(failure("login", retry_s=None), [M5], 0.0)
    holds.forget()
    assert not holds.holds(M5, 0.0)
