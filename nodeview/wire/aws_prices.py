"""The child process that asks AWS: `python -m nodeview.wire.aws_prices [--profile NAME]`, JSON lines on its pipes.

boto3 is loaded here and nowhere else, and not before the first question: it takes a quarter of a second and
some 60 MB. The child never touches the terminal: it runs in a session of its own, what it or a credential
process has to say goes to stderr, which its parent logs, and a profile that wants an MFA code typed fails
instead of asking. It ends when its stdin closes, however its parent ended, and takes along what it started.
"""

from __future__ import annotations

import argparse
import getpass
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import IO

import msgspec

from nodeview.pricing import Offer, Quote
from nodeview.wire.aws_asking import AwsClients, ask
from nodeview.wire.aws_calls import Call, calls_of
from nodeview.wire.aws_failures import code_of, failure_of
from nodeview.wire.price_protocol import OF_CREDENTIALS, Answer, Failure, Question, line_of, question_of

MOST_CALLS = 4
"""In flight at once."""
NICENESS = 5
"""Prices may wait; the screen may not."""
GOVCLOUD = "GovCloud: on-demand from shipped table"

log = logging.getLogger("nodeview.wire.aws_prices")  # it runs as __main__

Emit = Callable[[Answer], None]


class MfaAsked(Exception):
    """A profile wants an MFA code, and there is nobody to type it."""


class Desk:
    """Takes questions, has their calls made side by side, and answers call by call."""

    def __init__(self, profile: str | None, emit: Emit, clients: AwsClients | None = None) -> None:
        """Nothing is loaded or asked yet."""
        self._profile = profile
        self._emit = emit
        self._clients = clients or AwsClients(profile)
        self._pool = ThreadPoolExecutor(MOST_CALLS, "aws")

    def take(self, question: Question) -> None:
        """Begin with a question; the answers come from other threads, `done` last."""
        calls, unlisted = calls_of(question.offers)
        if unlisted:
            self._emit(_unlisted(question.id, unlisted))
        left = Countdown(len(calls), lambda made: self._emit(Answer(question.id, done=True, calls=made)))
        for call in calls:
            self._pool.submit(self._make, question.id, call, left)

    def _make(self, number: int, call: Call, left: Countdown) -> None:
        """One call, from a thread of the pool: whatever happens, something is said of its offers."""
        made: list[str] = []
        try:
            quotes = ask(self._clients, call, made)
            self._emit(Answer(number, tuple(quotes)))
        except Exception as error:
            # One broad except per task: boto3 raises what its libraries do, and offers without an answer are asked
            # for ever.
            failure = failure_of(error, call, self._profile or os.environ.get("AWS_PROFILE"), time.time())
            log.warning("%s in %s: %s, %s", call.kind, call.region, failure.kind, code_of(error))
            if failure.kind in OF_CREDENTIALS:
                self._clients.forget()
            self._emit(Answer(number, failure=failure))
        finally:
            left.one_less(len(made))


class Countdown:
    """Tells when the last of a number of calls is done, and how many requests they made."""

    def __init__(self, left: int, at_end: Callable[[int], None]) -> None:
        """At 0 the end comes at once."""
        self._left = left
        self._made = 0
        self._at_end = at_end
        self._lock = threading.Lock()
        if not left:
            at_end(0)

    def one_less(self, made: int) -> None:
        """A call is done that took so many requests."""
        with self._lock:
            self._left -= 1
            self._made += made
            over = not self._left
        if over:
            self._at_end(self._made)


def main(arguments: Sequence[str] | None = None) -> None:
    """Answer questions until stdin closes."""
    parser = argparse.ArgumentParser("nodeview.wire.aws_prices")
    parser.add_argument("--profile")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    # Its tracebacks quote what credential processes say; we log the kind of each failure ourselves.
    logging.getLogger("botocore").setLevel(logging.CRITICAL)
    questions, answers = _own_pipes()
    _stay_quiet()
    lock = threading.Lock()

    def emit(answer: Answer) -> None:
        with lock:
            answers.write(line_of(answer))
            answers.flush()

    try:
        _serve(questions, Desk(options.profile, emit))
    finally:
        _end()


def _serve(questions: IO[bytes], desk: Desk) -> None:
    for line in questions:
        try:
            desk.take(question_of(line))
        except msgspec.MsgspecError as error:
            log.error("a question that cannot be read: %s", error)


def _own_pipes() -> tuple[IO[bytes], IO[bytes]]:
    """Our two pipes under other numbers: nothing that we start, and no stray print, can get at them."""
    questions, answers = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return os.fdopen(questions, "rb"), os.fdopen(answers, "wb")


def _stay_quiet() -> None:
    """No question on a terminal, no hurry."""
    getpass.getpass = _refuse_to_ask
    if hasattr(os, "nice"):
        os.nice(NICENESS)


def _refuse_to_ask(prompt: str = "", stream: object = None) -> str:
    raise MfaAsked


def _end() -> None:
    """End at once, calls in flight and credential processes with us."""
    if hasattr(os, "killpg") and os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    sys.stderr.flush()
    os._exit(0)


def _unlisted(number: int, offers: Sequence[Offer]) -> Answer:
    """What no call can answer: GovCloud's list has no endpoint; some systems have no spot prices."""
    govcloud = tuple(offer for offer in offers if offer.service != "spot")
    quotes = tuple(
        (offer, Quote(None, source="live", note="AWS names no spot price for this operating system"))
        for offer in offers
        if offer.service == "spot"
    )
    return Answer(number, quotes, Failure("unlisted", GOVCLOUD, govcloud) if govcloud else None)


if __name__ == "__main__":
    main()
