"""Credentials over time: caching, renewal, rejection and failure, with plugins that run for real."""

from __future__ import annotations

import asyncio
import base64
import gc
import json
import logging
import os
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from nodeview.errors import CredentialError
from nodeview.wire import renewal
from nodeview.wire.credentials import (
    Credentials,
    TokenFile,
    basic_auth,
    no_credentials,
    static_token,
)
from nodeview.wire.exec_credentials import ExecCredentials
from nodeview.wire.exec_plugin import ExecPlugin

SECRET = "hunter2-hunter2-hunter2"
START = 1_800_000_000.0


class Clock:
    """A clock that is set by hand, in seconds."""

    def __init__(self, now: float = START) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


def token_of(headers: object) -> str:
    assert isinstance(headers, dict)
    return str(headers.get("Authorization", "")).removeprefix("Bearer ")


# Fixed ones


async def test_fixed_credentials_never_change() -> None:
    basic = base64.b64encode(b"anna:p:w\xc3\xa9").decode()
    for held, header in [
        (static_token("t"), {"Authorization": "Bearer t"}),
        (basic_auth("anna", "p:wé"), {"Authorization": f"Basic {basic}"}),
        (no_credentials(), {}),
    ]:
        assert await held.headers() == header
        assert await held.refresh(header) is False
        assert held.expires_at() is None
        assert held.client_certificate() is None
        await held.close()


def test_no_secret_in_a_repr(tmp_path: Path) -> None:
    plugin = ExecPlugin('user "a"', "aws", (SECRET,), (("X", SECRET),))
    kinds: list[Credentials] = [
        static_token(SECRET),
        basic_auth("a", SECRET),
        TokenFile(tmp_path, SECRET),
        ExecCredentials(plugin, {"X": SECRET}),
    ]
    assert SECRET in repr([vars(kind) for kind in kinds[:1]])
    assert SECRET not in repr(kinds)


# Token files


async def test_a_token_file_is_stripped_and_read_again_after_a_minute(tmp_path: Path) -> None:
    file, clock = tmp_path / "token", Clock()
    file.write_text("one\n")
    held = TokenFile(file, clock=clock)
    assert await held.headers() == {"Authorization": "Bearer one"}
    file.write_text("two\n")
    clock.now += 59
    assert token_of(await held.headers()) == "one"
    clock.now += 1
    assert token_of(await held.headers()) == "two"


async def test_a_rejected_token_file_is_read_at_once(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("one")
    held = TokenFile(file, clock=Clock())
    rejected = await held.headers()
    assert await held.refresh(rejected) is False
    file.write_text("two")
    assert await held.refresh(rejected) is True
    assert token_of(await held.headers()) == "two"
    assert await held.refresh(rejected) is True


async def test_a_token_file_that_is_gone_for_a_while(tmp_path: Path) -> None:
    file, clock = tmp_path / "token", Clock()
    file.write_text("one")
    held = TokenFile(file, clock=clock)
    await held.headers()
    for broken in (lambda: file.write_text(" \n"), file.unlink):
        broken()
        clock.now += 100
        assert token_of(await held.headers()) == "one"
    file.write_text("two")
    assert token_of(await held.headers()) == "two"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "cannot be read (no such file or directory)."),
        (b"", "is empty."),
        (b" \n", "is empty."),
        (b"\xff", "is not text."),
        (SECRET.encode() + b"\nsecond", "holds what cannot be sent in a header."),
    ],
)
async def test_a_token_file_that_never_held_one(tmp_path: Path, content: bytes | None, said: str) -> None:
    file = tmp_path / "token"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(CredentialError) as caught:
        await TokenFile(file).headers()
    assert caught.value.sentence == f"The token file {file} {said}"
    assert token_of(await TokenFile(file, "fallback").headers()) == "fallback"


# Exec plugins

PLUGIN = """
import json, os, sys, time
folder = {folder!r}
with open(folder + "/runs", "a") as file: file.write("x")
orders = json.load(open(folder + "/orders"))
time.sleep(orders["sleep"])
if orders["fail"]:
    print(orders["fail"], file=sys.stderr); sys.exit(1)
print(json.dumps({{"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential",
                  "status": orders["status"]}}))
"""


@dataclass(slots=True)
class Lab:
    """A plugin that does as it is told, credentials that run it, and a clock."""

    folder: Path
    clock: Clock
    held: ExecCredentials

    def order(self, token: str, life: float | None = None, *, sleep: float = 0, fail: str = "", **more: str) -> None:
        """From now on hand out this token, valid for so many seconds, so late, or fail."""
        status: dict[str, str] = {"token": token, **more}
        if life is not None:
            status["expirationTimestamp"] = datetime.fromtimestamp(self.clock.now + life, UTC).isoformat()
        orders = {"status": status, "sleep": sleep, "fail": fail}
        (self.folder / "orders.new").write_text(json.dumps(orders))
        (self.folder / "orders.new").rename(self.folder / "orders")

    @property
    def runs(self) -> int:
        """How often the plugin ran."""
        file = self.folder / "runs"
        return len(file.read_text()) if file.exists() else 0

    async def token(self) -> str:
        """The token that a request would carry now."""
        return token_of(await self.held.headers())

    async def comes(self, token: str) -> bool:
        """Whether a token is there within some seconds, without a request that waits for it."""
        for _ in range(500):
            if await self.token() == token:
                return True
            await asyncio.sleep(0.02)
        return False


@pytest.fixture
async def lab(tmp_path: Path) -> AsyncIterator[Lab]:
    clock = Clock()
    code = PLUGIN.format(folder=str(tmp_path))
    plugin = ExecPlugin('user "anna"', sys.executable, ("-S", "-c", code))
    lab = Lab(tmp_path, clock, ExecCredentials(plugin, os.environ, clock=clock))
    yield lab
    await lab.held.close()


async def test_a_credential_is_kept_until_it_expires(lab: Lab) -> None:
    lab.order("one", 840)
    assert [await lab.token() for _ in range(3)] == ["one"] * 3
    assert lab.held.expires_at() == START + 840
    assert lab.runs == 1
    lab.order("two", 2000)
    lab.clock.now += 840
    assert await lab.token() == "two"
    assert lab.runs == 2


async def test_without_an_expiry_it_is_kept_for_ever(lab: Lab) -> None:
    lab.order("one")
    await lab.token()
    lab.clock.now += 10**9
    assert await lab.token() == "one"
    assert (lab.runs, lab.held.expires_at()) == (1, None)


@pytest.mark.parametrize(("life", "renewed_at"), [(840.0, 672.0), (240.0, 180.0), (100.0, 50.0), (3600.0, 2880.0)])
async def test_it_is_renewed_in_the_background_before(lab: Lab, life: float, renewed_at: float) -> None:
    lab.order("one", life)
    await lab.token()
    lab.order("two", 10_000, sleep=0.2)
    lab.clock.now += renewed_at - 0.1
    assert await lab.token() == "one"
    await asyncio.sleep(0.05)
    assert lab.runs == 1
    lab.clock.now += 0.1
    assert await lab.token() == "one"  # the request does not wait
    assert await lab.comes("two")
    assert lab.runs == 2


async def test_it_is_renewed_without_any_request(lab: Lab) -> None:
    lab.order("one", 1.0)
    await lab.token()
    lab.order("two", 10_000)
    async with asyncio.timeout(20):
        while lab.runs < 2:
            await asyncio.sleep(0.02)
    assert await lab.comes("two")


async def test_a_failed_renewal_costs_nothing_while_the_old_is_valid(
    lab: Lab, caplog: pytest.LogCaptureFixture
) -> None:
    lab.order("one", 840)
    await lab.token()
    lab.order("", fail="the session has expired")
    lab.clock.now += 700
    with caplog.at_level(logging.WARNING):
        assert await lab.token() == "one"
        async with asyncio.timeout(20):
            while "the session has expired" not in caplog.text:
                await asyncio.sleep(0.02)
        assert [await lab.token() for _ in range(5)] == ["one"] * 5
    assert lab.runs == 2  # not one for each request
    lab.clock.now += 140
    with pytest.raises(CredentialError, match="the session has expired"):
        await lab.token()


async def test_a_failure_is_repeated_without_a_run(lab: Lab) -> None:
    lab.order("", fail="log in first")
    for _ in range(3):
        with pytest.raises(CredentialError, match="log in first"):
            await lab.token()
    assert lab.runs == 1


async def test_after_a_failure_it_is_run_again_until_somebody_has_logged_in(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(renewal, "REFRESH_PAUSE_S", 0.1)
    monkeypatch.setattr(renewal, "RETRY_MOST_S", 0.3)
    lab.order("", fail="log in first")
    with pytest.raises(CredentialError, match="log in first"):
        await lab.token()
    began = asyncio.get_running_loop().time()
    async with asyncio.timeout(20):
        while lab.runs < 4:
            with pytest.raises(CredentialError, match="log in first"):
                await lab.token()  # however often one asks
            await asyncio.sleep(0.01)
    assert asyncio.get_running_loop().time() - began > 0.1 + 0.2 + 0.3, "and the pauses grow"
    state = lab.held.state()
    assert state.failed_at == START
    assert state.failure.endswith("failed with exit code 1: log in first. Run `kubectl get nodes` to sign in again.")
    woken = [asyncio.create_task(lab.held.renewed()) for _ in range(10)]
    lab.order("one", 840)
    async with asyncio.timeout(20):
        await asyncio.gather(*woken)
    assert await lab.token() == "one"
    assert (lab.held.state().failure, lab.held.state().failed_at) == ("", None)


async def test_a_fault_of_ours_is_told_and_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(renewal, "REFRESH_PAUSE_S", 0.01)

    class Faulty(renewal.RenewedCredentials):
        faults = 1

        async def obtain(self) -> renewal.Credential:
            if self.faults:
                self.faults -= 1
                raise ZeroDivisionError(SECRET)
            return renewal.Credential("one", None, None)

    held = Faulty("test")
    with pytest.raises(CredentialError, match=r"\(test\) cannot be had: ZeroDivisionError in nodeview\.") as caught:
        await held.headers()
    assert SECRET not in str(caught.value)
    async with asyncio.timeout(5):
        await held.renewed()
    assert token_of(await held.headers()) == "one"
    await held.close()


async def test_who_had_credentials_does_not_wait_for_ever(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(renewal, "PATIENCE_S", 0.1)
    lab.order("one", 840, sleep=0.3)
    assert await lab.token() == "one", "the first is waited for"
    lab.order("two", 2000, sleep=0.4)
    lab.clock.now += 840
    with pytest.raises(CredentialError, match=r"have not come for 0\.1 s\. nodeview goes on waiting"):
        await lab.token()
    async with asyncio.timeout(10):
        await lab.held.renewed()
    assert (await lab.token(), lab.runs) == ("two", 2)


async def test_what_takes_long_to_fail_is_tried_again_later(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(renewal, "REFRESH_PAUSE_S", 0.01)
    lab.order("", sleep=0.3, fail="nobody came to the browser")
    with pytest.raises(CredentialError):
        await lab.token()
    await asyncio.sleep(0.5)
    assert lab.runs == 1, "twice as long as it took"
    async with asyncio.timeout(20):
        while lab.runs < 2:
            await asyncio.sleep(0.02)


async def test_what_looks_expired_on_arrival_is_used_for_a_minute(lab: Lab) -> None:
    lab.order("one", -600)
    assert [await lab.token() for _ in range(3)] == ["one"] * 3
    assert lab.runs == 1
    lab.order("two", -600)
    lab.clock.now += 60
    assert await lab.token() == "two"


async def test_ten_who_ask_at_once_run_it_once(lab: Lab) -> None:
    lab.order("one", 840, sleep=0.1)
    assert await asyncio.gather(*(lab.token() for _ in range(10))) == ["one"] * 10
    assert lab.runs == 1


async def test_ten_who_fail_at_once_run_it_once(lab: Lab) -> None:
    lab.order("", fail="no", sleep=0.1)
    results = await asyncio.gather(*(lab.token() for _ in range(10)), return_exceptions=True)
    assert {type(result) for result in results} == {CredentialError}
    assert lab.runs == 1


async def test_a_storm_of_401_runs_it_once(lab: Lab) -> None:
    lab.order("one", 840)
    rejected = await lab.held.headers()
    lab.order("two", 840, sleep=0.1)
    answers = await asyncio.gather(*(lab.held.refresh(rejected) for _ in range(10)))
    assert answers == [True] * 10
    assert await lab.held.refresh(rejected) is True  # a late one
    assert await lab.token() == "two"
    assert lab.runs == 2


async def test_a_401_again_is_no_reason_to_run_it_again_soon(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    lab.order("one", 840)
    rejected = await lab.held.headers()
    assert await lab.held.refresh(rejected) is False  # it gave the same
    assert await lab.held.refresh(rejected) is False
    assert lab.runs == 2
    monkeypatch.setattr(renewal, "REFRESH_PAUSE_S", 0.0)
    lab.order("two", 840)
    assert await lab.held.refresh(rejected) is True
    assert lab.runs == 3


async def test_a_401_while_the_plugin_fails_says_why(lab: Lab) -> None:
    lab.order("one", 840)
    rejected = await lab.held.headers()
    lab.order("", fail="the session has expired")
    with pytest.raises(CredentialError, match="the session has expired"):
        await lab.held.refresh(rejected)


async def test_a_certificate_that_rotates(lab: Lab) -> None:
    lab.order("", 840, clientCertificateData="C1", clientKeyData="K1")
    assert lab.held.client_certificate() is None
    assert await lab.held.headers() == {}
    first = lab.held.client_certificate()
    assert first == ("C1", "K1")
    lab.clock.now += 840
    lab.order("", 840, clientCertificateData="C1", clientKeyData="K1")
    await lab.held.headers()
    assert lab.held.client_certificate() is first
    lab.order("", 840, clientCertificateData="C2", clientKeyData="K2")
    assert await lab.held.refresh({}) is True
    assert lab.held.client_certificate() == ("C2", "K2")


async def test_who_is_cancelled_leaves_the_run_to_the_others(lab: Lab) -> None:
    lab.order("one", 840, sleep=0.3)
    impatient, patient = asyncio.create_task(lab.token()), asyncio.create_task(lab.token())
    await asyncio.sleep(0.1)
    impatient.cancel()
    assert await patient == "one"
    assert impatient.cancelled()
    assert lab.runs == 1


async def test_a_failure_that_nobody_waits_for_is_no_noise(lab: Lab, caplog: pytest.LogCaptureFixture) -> None:
    lab.order("", fail="late", sleep=0.2)
    task = asyncio.create_task(lab.token())
    await asyncio.sleep(0.1)
    task.cancel()
    async with asyncio.timeout(20):
        while "late" not in caplog.text:
            await asyncio.sleep(0.02)
    gc.collect()
    assert "never retrieved" not in caplog.text


async def test_close_ends_a_run_and_leaves_no_task(lab: Lab) -> None:
    lab.order("one", 840, sleep=60)
    waiting = asyncio.create_task(lab.token())
    async with asyncio.timeout(20):
        while lab.runs == 0:
            await asyncio.sleep(0.02)
    await lab.held.close()
    with pytest.raises(CredentialError, match="closed"):
        await waiting
    assert asyncio.all_tasks() == {asyncio.current_task()}
    with pytest.raises(CredentialError, match="closed"):
        await lab.token()


async def test_no_secret_in_the_log_or_in_a_repr(lab: Lab, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    lab.order(SECRET, 840, clientCertificateData=SECRET, clientKeyData=SECRET)
    assert await lab.token() == SECRET
    lab.order(SECRET, fail="eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln " + "Ab1" * 30)
    with pytest.raises(CredentialError) as caught:
        await lab.held.refresh(await lab.held.headers())
    seen = caplog.text + repr(lab.held) + str(caught.value) + repr(caught.value)
    assert "failed with exit code 1" in caplog.text
    assert not any(secret in seen for secret in (SECRET, "eyJ", "Ab1Ab1"))
