"""What AWS did not answer: for how long it is left alone, and the one line that says why."""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from nodeview.pricing import Offer, Service
from nodeview.wire.price_protocol import BACKING_OFF, OF_CREDENTIALS, QUIET, Failure, FailureKind

BACK_OFF_S = (60.0, 120.0, 300.0, 900.0, 3600.0)
JITTER = 0.2

SAID_FIRST: tuple[FailureKind, ...] = (
    "expired",
    "profile",
    "key",
    "login",
    "no-credentials",
    "clock",
    "unreachable",
    "denied",
    "denied-spot",
    "child",
    "trouble",
    "unlisted",
)
"""Kinds that have a line, the one that explains most first."""
UNSAID: Mapping[FailureKind, str] = {
    "no-boto3": "boto3 is not installed",
    "throttled": "AWS asks for fewer requests",
}
"""Kinds without a line, in the words of a list of failures."""

Channel = tuple[Service, str]
"""What one call answers: a service in a region."""


class Hold(NamedTuple):
    """A channel that failed, and is left alone until a moment of the loop's clock."""

    failure: Failure
    times: int
    """How often in a row."""
    until: float


class Holds:
    """The channels that failed last time. Moments are the loop's clock, in seconds."""

    def __init__(self, back_off_s: tuple[float, ...] = BACK_OFF_S, rng: random.Random | None = None) -> None:
        """`back_off_s` are the pauses after the first failure in a row, the second, and so on."""
        self._back_off_s = back_off_s
        self._rng = rng or random.Random()
        self._holds: dict[Channel, Hold] = {}

    def failed(self, failure: Failure, offers: Iterable[Offer], now: float) -> None:
        """A call for these offers failed."""
        for channel in {channel_of(offer) for offer in offers}:
            before = self._holds.get(channel)
            times = before.times + 1 if before is not None else 1
            self._holds[channel] = Hold(failure, times, now + self._pause_s(failure, times))

    def answered(self, offers: Iterable[Offer]) -> None:
        """A call for these offers was answered."""
        for channel in {channel_of(offer) for offer in offers}:
            self._holds.pop(channel, None)

    def holds(self, offer: Offer, now: float) -> bool:
        """Whether an offer is not to be asked for yet."""
        hold = self._holds.get(channel_of(offer))
        return hold is not None and now < hold.until

    def until(self, offers: Iterable[Offer], now: float) -> float:
        """When the first of the channels of these offers may be asked again; infinity if none is held."""
        channels = {channel_of(offer) for offer in offers}
        ends = (hold.until for channel, hold in self._holds.items() if channel in channels and hold.until > now)
        return min(ends, default=math.inf)

    def forget(self) -> None:
        """Hold nothing back any more."""
        self._holds.clear()

    def signed_in(self) -> bool:
        """Let go what waits for credentials; whether there was any."""
        waiting = [channel for channel, hold in self._holds.items() if hold.failure.kind in OF_CREDENTIALS]
        for channel in waiting:
            del self._holds[channel]
        return bool(waiting)

    @property
    def for_credentials(self) -> bool:
        """Whether anything waits for credentials."""
        return any(hold.failure.kind in OF_CREDENTIALS for hold in self._holds.values())

    def sentence(self, wanted: Iterable[Offer], table_as_of: str) -> str:
        """The one line about what of all that is wanted has no answer; empty when there is nothing to say."""
        said = {hold.failure.kind: hold.failure.sentence for hold in self._of(wanted) if _worth_saying(hold)}
        kind = next((kind for kind in SAID_FIRST if said.get(kind)), None)
        if kind == "no-credentials" and table_as_of:
            return f"prices: offline table {table_as_of[:7]} - no AWS credentials"
        return said[kind] if kind is not None else ""

    def reasons(self, wanted: Iterable[Offer]) -> dict[Offer, str]:
        """Why the last ask for an offer gave nothing, for each that has no answer."""
        reasons = {}
        for offer in wanted:
            if (hold := self._holds.get(channel_of(offer))) is not None:
                failure = hold.failure
                reasons[offer] = failure.sentence.removeprefix("prices: ") or UNSAID.get(failure.kind, failure.kind)
        return reasons

    def _of(self, wanted: Iterable[Offer]) -> Iterator[Hold]:
        for channel in {channel_of(offer) for offer in wanted}:
            if (hold := self._holds.get(channel)) is not None:
                yield hold

    def _pause_s(self, failure: Failure, times: int) -> float:
        if failure.kind not in BACKING_OFF:
            return math.inf if failure.retry_s is None else failure.retry_s
        pause = self._back_off_s[min(times, len(self._back_off_s)) - 1]
        factor = 2 if failure.kind == "throttled" else 1
        return pause * factor * self._rng.uniform(1 - JITTER, 1 + JITTER)


def channel_of(offer: Offer) -> Channel:
    """The channel that an offer's price comes by."""
    return offer.service, offer.region


def _worth_saying(hold: Hold) -> bool:
    return hold.failure.kind not in QUIET or hold.times > 1
