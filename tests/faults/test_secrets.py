"""A10: no secret reaches a log, an error, a report, a diagnosis or a picture, whatever fails.

Secrets of every kind are planted, everything that shows them to a server or a plugin is made to fail with an answer
that quotes them, and all that nodeview says is searched, in every form in which a secret may be written.
"""

from __future__ import annotations

import asyncio
import base64
import html
import json
import logging
import secrets
import traceback
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from nodeview.errors import NodeviewError
from nodeview.live.doctor import examine
from nodeview.report.doctor_report import render_doctor
from nodeview.wire.connection import connect
from tests.certificates import authority, loopback
from tests.cli.running import nodeview
from tests.faults.proxies import Proxied, proxied
from tests.faults.secured import Secured, secured
from tests.journeys.person import sitting_at
from tests.wire.issuer import issuing, jwt
from tests.wire.misbehaving import Misbehaving, Reply, Request, status

PIECE = 10
"""So many characters of a secret in a row are found: what is cut or wrapped is told, too."""


def made_up() -> str:
    """A secret that occurs nowhere else, with what has to be encoded."""
    return f"{secrets.token_hex(12)}/+{secrets.token_hex(12)}"


def pieces(secret: str) -> Iterator[str]:
    """What may be found of a secret: pieces of it as it is, percent-encoded, and in base64 at any place in a text."""
    raw = secret.encode()
    forms = [secret, quote(secret, safe=""), secret.encode().hex()]
    for shift in range(3):
        whole = base64.b64encode(b"?" * shift + raw).decode().rstrip("=")[(4 * shift + 2) // 3 : -2]
        forms += [whole, whole.replace("+", "-").replace("/", "_")]
    for form in forms:
        yield from (form[start : start + PIECE] for start in range(len(form) - PIECE + 1))


def leaks(text: str, planted: Mapping[str, str]) -> list[str]:
    """The names of the secrets of which a piece is in a text, or in what a text of a picture says."""
    texts = (text, html.unescape(text))
    return [name for name, secret in planted.items() if any(one in said for said in texts for one in pieces(secret))]


@pytest.mark.parametrize(
    "form",
    [
        lambda one: one,
        lambda one: quote(one, safe=""),
        lambda one: base64.b64encode(one.encode()).decode(),
        lambda one: base64.b64encode(f"anna:{one}".encode()).decode(),
        lambda one: base64.urlsafe_b64encode(f"ab:{one}".encode()).decode(),
        lambda one: html.escape(one),
        lambda one: json.dumps({"token": one}),
        lambda one: one[7:19],
        lambda one: f"{one[:12]}…",
    ],
)
def test_the_search_finds_a_secret_in_any_form(form: Any) -> None:
    secret = made_up()
    assert leaks(f"so it said: {form(secret)}.", {"token": secret, "other": made_up()}) == ["token"]


def quoting(code: int) -> Any:
    """A refusal that quotes the request's headers, as no server should."""

    async def fault(server: Misbehaving, request: Request, reply: Reply) -> None:
        said = f"who is {json.dumps(request.headers)}?"
        await status(code, "Unauthorized" if code == 401 else "InternalError", said)(server, request, reply)

    return fault


async def user_with(kind: str, stage: Secured, planted: dict[str, str], issuer: str) -> dict[str, object]:
    """A user of this kind whose every secret is planted."""

    def plant(name: str) -> str:
        planted[name] = made_up()
        return planted[name]

    if kind == "token":
        return {"token": plant("token")}
    if kind == "basic":
        return {"username": "anna", "password": plant("password")}
    if kind == "token file":
        stage.file("token", plant("token of a file") + "\n")
        return {"tokenFile": "token"}
    if kind == "certificate":
        stage.pair(pair := authority().issue("anna"))
        planted["client key"] = "".join(pair.key.decode().splitlines()[1:-1])
        return {"client-certificate": "client.crt", "client-key": "client.key"}
    if kind == "oidc":
        planted["id-token"] = jwt({"exp": 1_600_000_000, "jti": secrets.token_hex(20)})
        certificate = base64.b64encode(authority().pem).decode()
        config = {"idp-issuer-url": issuer, "client-id": "nodes", "client-secret": plant("client secret")}
        config |= {"refresh-token": plant("refresh token"), "id-token": planted["id-token"]}
        config |= {"idp-certificate-authority-data": certificate}
        return {"auth-provider": {"name": "oidc", "config": config}}
    user = stage.plugin(
        env=[{"name": "AWS_SECRET_ACCESS_KEY", "value": plant("variable of a plugin")}],
        args=["--password", plant("argument of a plugin")],
    )
    stage.hands_out(plant("token of a plugin"))
    if kind == "plugin that talks":
        # Of its own secrets it tells the one it was given, and what it printed as a token would be.
        stage.orders('cat answer >&2; echo; echo "key $AWS_SECRET_ACCESS_KEY for $2" >&2; exit 1')
    return user


KINDS = ["token", "basic", "token file", "certificate", "oidc", "plugin", "plugin that talks"]


@pytest.mark.parametrize("kind", KINDS)
async def test_no_secret_is_told(kind: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    planted: dict[str, str] = {}
    said: dict[str, str] = {}
    async with secured() as stage, issuing(loopback()) as issuer:
        issuer.answer = (400, {"error": "invalid_grant", "error_description": "see the request"})
        if kind == "certificate":
            stage.server.show(loopback(), authority())
        stage.write(await user_with(kind, stage, planted, issuer.url))
        connection = connect(None, None, stage.environ)
        said["connection"] = repr(connection) + repr(connection.credentials)
        if kind not in ("oidc", "plugin that talks"):
            async with sitting_at(connection) as person:
                await person.sees("n1")
                stage.server.fault("nodes watch", "quoted", quoting(401), times=2)
                stage.server.fault("pods watch", "quoted", quoting(500), times=2)
                stage.server.cut_all()
                await person.until(lambda _: stage.server.performed["quoted"] >= 2, "the quotes")
                await person.sees("▲")
                said["dashboard"] = person.app.export_screenshot()
                await person.press("h")
                await person.pilot.pause(0.1)
                said["health"] = person.app.export_screenshot()
                assert "500 InternalError" in html.unescape(said["health"]).replace("\xa0", " ")
        connection = connect(None, None, stage.environ)
        stage.server.fault("version", "quoted", quoting(401), times=4)
        said["doctor"] = render_doctor(await examine(connection, 5.0), "table")
        connection = connect(None, None, stage.environ)
        stage.server._faults.clear()
        stage.server.fault("version", "quoted", quoting(401), times=4)
        try:
            await stage.open(connection)
        except NodeviewError as error:
            said["error"] = "".join(traceback.format_exception(error)) + repr(error)
        said["log"] = caplog.text
    assert planted
    assert {name: found for name, text in said.items() if (found := leaks(text, planted))} == {}
    logging.getLogger("nodeview").error("%s", next(iter(planted.values())))
    assert leaks(caplog.text, planted), "the search is able to find one in this log"


@pytest.mark.parametrize("ill", ["wrong password", "away", "mute"])
async def test_no_password_of_a_proxy_is_told(ill: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    planted = {"password": secrets.token_hex(16)}
    async with proxied() as stage:
        assert isinstance(stage, Proxied)
        url = stage.with_login(planted["password"])
        if ill == "away":
            await stage.proxy.down()
        stage.write({"token": "one"}, server="https://api.shop.invalid:6443", proxy_url=url)
        connection = connect(None, None, stage.environ)
        said = repr(connection)
        try:
            async with asyncio.timeout(0.5):
                await stage.open(connection)
        except (NodeviewError, TimeoutError) as error:
            said += "".join(traceback.format_exception(error))
        if ill == "away":
            await stage.proxy.up()
    assert "cannot be reached" in said or ill == "mute"
    assert leaks(said + caplog.text, planted) == []


async def test_a_process_of_its_own_with_debug(tmp_path: Path) -> None:
    """The log file, stdout and stderr of a report and of a diagnosis, as a person has them."""
    planted: dict[str, str] = {}
    async with secured() as stage:
        stage.write(await user_with("plugin", stage, planted, ""))
        stage.server.fault("version", "quoted", quoting(401), times=20)
        config = str(stage.folder / "config")
        for command in ("report", "doctor"):
            done = await nodeview(tmp_path, command, "--kubeconfig", config, "--debug", "--timeout", "5")
            assert done.code != 0
            assert leaks(done.out + done.err, planted) == []
        assert stage.server.performed["quoted"] >= 2
    logs = [file for file in tmp_path.rglob("*.log") if file.is_file()]
    text = "\n".join(file.read_text() for file in logs)
    assert "401" in text
    assert leaks(text, planted) == []
