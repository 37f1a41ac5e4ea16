"""The child process itself: what it answers without AWS, and that it ends with its parent and asks nobody anything."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from nodeview.pricing import Offer
from nodeview.wire.aws_prices import GOVCLOUD, Countdown, Desk
from nodeview.wire.price_protocol import Answer, Question, answer_of, line_of
from tests.wire.aws_servers import Aws, aws_server, shop
from tests.wire.test_price_child import is_alive

EU = "eu-west-1"
M5 = Offer("on-demand", EU, "m5i.large")
CHILD = (sys.executable, "-P", "-m", "nodeview.wire.aws_prices")


@pytest.fixture
def aws() -> Iterator[Aws]:
    with aws_server() as aws:
        yield aws


def talk(
    said: bytes, environ: dict[str, str], *arguments: str, command: tuple[str, ...] = CHILD
) -> tuple[list[Answer], str]:
    """Put questions to a child, wait for as many ends of answers, and close its stdin."""
    with subprocess.Popen(
        (*command, *arguments),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, **environ},
        start_new_session=True,
    ) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        assert child.stderr is not None
        child.stdin.write(said)
        child.stdin.flush()
        answers: list[Answer] = []
        while sum(answer.done for answer in answers) < said.count(b'"offers"'):
            answers.append(answer_of(child.stdout.readline()))
        child.stdin.close()
        words = child.stderr.read().decode()
        rest = child.stdout.read()
        child.wait(5)
    assert not rest
    return answers, words


def question(number: int, *offers: Offer) -> bytes:
    return line_of(Question(number, offers))


def test_boto3_is_loaded_by_the_first_question_and_not_before() -> None:
    loads = "import sys, nodeview.wire.aws_prices, nodeview.live.prices, nodeview.wire.price_table"
    code = f"{loads}; print('boto3' in sys.modules, 'platformdirs' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


def test_what_no_call_can_answer_is_answered_without_a_call(aws: Aws) -> None:
    said: list[Answer] = []
    gov, ubuntu = Offer("on-demand", "us-gov-west-1", "m5.large"), Offer("spot", EU, "m5.large", "ubuntu-pro")
    Desk(None, said.append).take(Question(3, (gov, ubuntu)))
    first, last = said
    assert first.failure is not None
    assert (first.failure.kind, first.failure.sentence) == ("unlisted", GOVCLOUD)
    assert (first.failure.offers, first.failure.retry_s) == ((gov,), None)
    assert [(offer, quote.hourly) for offer, quote in first.quotes] == [(ubuntu, None)]
    assert (last.done, last.calls, aws.count()) == (True, 0, 0)


def test_a_question_that_cannot_be_read_does_not_stop_the_next(aws: Aws) -> None:
    shop(aws)
    answers, words = talk(b"what?\n" + question(2, M5), aws.environment())
    assert [answer.id for answer in answers] == [2, 2]
    assert answers[0].quotes[0][1].hourly == 100_000_000
    assert "cannot be read" in words


def test_without_boto3_the_failure_says_so_and_shows_nothing() -> None:
    code = "import sys; sys.modules['boto3'] = None; from nodeview.wire.aws_prices import main; main([])"
    answers, _ = talk(question(1, M5), {}, command=(sys.executable, "-c", code))
    assert answers[0].failure is not None
    assert (answers[0].failure.kind, answers[0].failure.sentence, answers[0].failure.retry_s) == ("no-boto3", "", None)


ROLE = "sso_account_id = 123456789012\nsso_role_name = r\nregion = eu-west-1\n"
START = "sso_start_url = https://example.com/start\nsso_region = eu-west-1\n"
SSO = f"[profile corp]\nsso_session = s\n{ROLE}[sso-session s]\n{START}sso_registration_scopes = sso:account:access\n"
LEGACY = f"[profile corp]\n{START}{ROLE}"
KEYS = "aws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = x\n"
MFA = f"""[profile corp]
role_arn = arn:aws:iam::123456789012:role/r
source_profile = own
mfa_serial = arn:aws:iam::1:mfa/a
region = eu-west-1
[profile own]
{KEYS}"""
GREEDY = "import sys; print(sys.stdin.read(), 'AKIASECRETSECRETSECR', file=sys.stderr); sys.exit(1)"
PROCESS = f'[profile corp]\ncredential_process = {sys.executable} -c "{GREEDY}"\n'
STS = "aws sts get-caller-identity --profile corp"


@pytest.mark.parametrize(
    ("config", "kind", "sentence"),
    [
        pytest.param(
            SSO, "expired", "prices: AWS session expired - run: aws sso login --profile corp", id="sso session"
        ),
        pytest.param(
            LEGACY, "expired", "prices: AWS session expired - run: aws sso login --profile corp", id="legacy sso"
        ),
        pytest.param(
            MFA,
            "profile",
            'prices: AWS profile "corp" asks for an MFA code, which cannot be typed here',
            id="mfa",
        ),
        pytest.param(
            PROCESS,
            "profile",
            f'prices: the credentials of AWS profile "corp" cannot be had - run: {STS}',
            id="credential process",
        ),
        pytest.param(
            "[profile corp]\naws_access_key_id = AKIDEXAMPLE\n",
            "profile",
            'prices: AWS profile "corp" has half an access key - run: aws configure --profile corp',
            id="half a key",
        ),
        pytest.param(
            "[profile other]\n",
            "profile",
            'prices: AWS profile "corp" does not exist - run: aws configure --profile corp',
            id="no profile",
        ),
    ],
)
def test_a_profile_that_does_not_work_is_named_and_nobody_is_asked(
    aws: Aws, tmp_path: Path, config: str, kind: str, sentence: str
) -> None:
    (tmp_path / "config").write_text(config)
    environ = aws.environment(AWS_CONFIG_FILE=str(tmp_path / "config"), HOME=str(tmp_path))
    del environ["AWS_ACCESS_KEY_ID"], environ["AWS_SECRET_ACCESS_KEY"]
    answers, words = talk(question(1, M5) + question(2, M5), environ, "--profile", "corp")
    failures = [answer.failure for answer in answers if answer.failure]
    assert {(failure.kind, failure.sentence) for failure in failures} == {(kind, sentence)}
    assert sorted(answer.id for answer in answers) == [1, 1, 2, 2]
    assert aws.count() == 0
    assert "SECRET" not in words
    for line in words.splitlines():
        assert line.startswith("WARNING nodeview.wire.aws_prices: ec2 in eu-west-1: ")


def test_a_new_sign_in_is_taken_up_by_the_next_question(
    aws: Aws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop(aws)
    for name, value in aws.environment(AWS_SHARED_CREDENTIALS_FILE=str(tmp_path / "credentials")).items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    said: list[Answer] = []
    desk = Desk(None, said.append)

    def ask(number: int) -> Answer:
        desk.take(Question(number, (M5,)))
        while not (said and said[-1].done and said[-1].id == number):
            time.sleep(0.005)
        return said[-2]

    first = ask(1)
    assert first.failure is not None
    assert first.failure.kind == "no-credentials"
    (tmp_path / "credentials").write_text(f"[default]\n{KEYS}")
    assert ask(2).quotes[0][1].hourly == 100_000_000


PARENT = """
import asyncio, os, sys
from nodeview.pricing import Offer
from nodeview.wire.price_child import PriceChild
async def main():
    child = PriceChild()
    asking = asyncio.ensure_future(anext(child.ask([Offer("on-demand", "eu-west-1", "m5.large")])))
    while child.pid is None:
        await asyncio.sleep(0.01)
    print(child.pid, flush=True)
    await asyncio.sleep(60)
asyncio.run(main())
"""


def test_the_child_ends_when_its_parent_is_killed(aws: Aws) -> None:
    aws.forever["GetProducts"] = "hang"
    with subprocess.Popen(
        [sys.executable, "-c", PARENT], stdout=subprocess.PIPE, env={**os.environ, **aws.environment()}
    ) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        until = time.monotonic() + 10
        while not aws.performed["hang"] and time.monotonic() < until:
            time.sleep(0.01)
        assert is_alive(pid)
        parent.kill()
    until = time.monotonic() + 3
    while is_alive(pid) and time.monotonic() < until:
        time.sleep(0.01)
    assert not is_alive(pid)


def test_a_countdown_tells_its_end_once_with_all_that_was_made() -> None:
    ends: list[int] = []
    left = Countdown(2, ends.append)
    left.one_less(3)
    assert not ends
    left.one_less(1)
    assert ends == [4]
