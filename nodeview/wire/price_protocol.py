"""What crosses the pipe to the child that asks AWS: a question with its offers, answers call by call."""

from __future__ import annotations

from typing import Literal

import msgspec

from nodeview.pricing import Offer, Quote

FailureKind = Literal[
    "no-boto3",
    "no-credentials",
    "profile",
    "expired",
    "login",
    "key",
    "denied",
    "denied-spot",
    "unreachable",
    "trouble",
    "throttled",
    "clock",
    "unlisted",
    "child",
]
OF_CREDENTIALS: frozenset[FailureKind] = frozenset(("no-credentials", "profile", "expired", "login", "key"))
"""Worth another try as soon as the files of credentials change."""
BACKING_OFF: frozenset[FailureKind] = frozenset(("unreachable", "trouble", "throttled"))
"""Tried again later and later."""
QUIET: frozenset[FailureKind] = frozenset(("trouble", "child"))
"""Not worth a word until they happen twice in a row."""


class Question(msgspec.Struct, frozen=True):
    """What the child is asked: the price of each of these offers."""

    id: int
    offers: tuple[Offer, ...]


class Failure(msgspec.Struct, frozen=True):
    """Why some offers have no answer."""

    kind: FailureKind
    sentence: str
    """For the one status line; empty where nothing is to be said."""
    offers: tuple[Offer, ...] = ()
    retry_s: float | None = None
    """Seconds until it is worth another try, the least of them where one backs off; None for never."""


class Answer(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one call to AWS came to, or (`done`) that all of them were made."""

    id: int
    quotes: tuple[tuple[Offer, Quote], ...] = ()
    """An offer that the list does not have has a quote without a price."""
    failure: Failure | None = None
    done: bool = False
    calls: int = 0
    """How many requests AWS was sent for the question, when `done`."""


_QUESTION = msgspec.json.Decoder(Question)
_ANSWER = msgspec.json.Decoder(Answer)
_ENCODER = msgspec.json.Encoder()


def question_of(line: bytes) -> Question:
    """Read a question; raises `msgspec.MsgspecError`."""
    return _QUESTION.decode(line)


def answer_of(line: bytes) -> Answer:
    """Read an answer; raises `msgspec.MsgspecError`."""
    return _ANSWER.decode(line)


def line_of(message: Question | Answer) -> bytes:
    """A message as one line of JSON with its line break."""
    return _ENCODER.encode(message) + b"\n"
