"""What crosses the pipe arrives as it was sent, one line each."""

from __future__ import annotations

import msgspec
import pytest

from nodeview.pricing import Offer, Quote
from nodeview.wire.price_protocol import Answer, Failure, Question, answer_of, line_of, question_of

OFFER = Offer("spot", "eu-west-1", "m5.large", "windows", "dedicated", "euw1-az1")


@pytest.mark.parametrize(
    "answer",
    [
        Answer(1, ((OFFER, Quote(7, "CNY", "2026-11-21T12:00:00Z", "live", "line\nbreak", True)),)),
        Answer(2, ((OFFER, Quote(None)),)),
        Answer(3, failure=Failure("denied", "prices: no", (OFFER,), None)),
        Answer(4, done=True, calls=4),
    ],
)
def test_an_answer_is_one_line(answer: Answer) -> None:
    line = line_of(answer)
    assert line.count(b"\n") == 1
    assert answer_of(line) == answer


def test_a_question_is_one_line() -> None:
    question = Question(9, (OFFER, Offer("fargate", "eu-west-1", "gb")))
    assert question_of(line_of(question)) == question


@pytest.mark.parametrize("line", [b"", b"{}", b'{"id":1,"failure":{"kind":"unheard-of","sentence":""}}'])
def test_anything_else_is_refused(line: bytes) -> None:
    with pytest.raises(msgspec.MsgspecError):
        answer_of(line)
