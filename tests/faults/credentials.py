"""Credentials that are slow, wrong, expired, rotated, or somebody else's: nobody has to restart anything."""

from __future__ import annotations

import base64
import json
import time
from datetime import UTC, datetime
from typing import NamedTuple
from unittest.mock import patch

from nodeview.wire import connection
from tests.certificates import authority, loopback
from tests.faults.catalogue import ELSEWHERE, provokes
from tests.faults.secured import Secured, secured
from tests.faults.stage import STREAMS
from tests.wire.issuer import issuing, jwt
from tests.wire.misbehaving import Misbehaving, Reply, Request

ELSEWHERE["A10"] = "tests/faults/test_secrets.py::test_no_secret_is_told"


def within(seconds: float) -> str:
    """An expirationTimestamp so far from now."""
    return datetime.fromtimestamp(time.time() + seconds, UTC).isoformat()


def answer(**fields: object) -> str:
    """Shell that prints an answer with these fields instead of a proper one."""
    said = {"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", "status": {"token": "two"}}
    return f"echo '{json.dumps(said | fields)}'"


class Ill(NamedTuple):
    """What a plugin does instead, and what is said of it."""

    orders: str
    said: str


ILLS = {
    "failing": Ill("echo 'The SSO session has expired' >&2; exit 255", "exit code 255: The SSO session has expired"),
    "killed": Ill("kill -9 $$", "was killed by signal 9"),
    "hanging": Ill("echo 'waiting for a browser' >&2; sleep 30", "gave no answer within 0.5 s: waiting for a browser"),
    "garbage": Ill("echo '<html>sign in</html>'", "printed something that is not an ExecCredential"),
    "nothing": Ill("true", "printed something that is not an ExecCredential"),
    "2 MB on stderr": Ill(
        "head -c 2000000 /dev/zero | tr '\\0' 'x' >&2; echo >&2; echo 'at last' >&2; exit 1", "exit code 1: at last"
    ),
    "wrong apiVersion": Ill(answer(apiVersion="client.authentication.k8s.io/v1beta1"), "answered in client.auth"),
    "no status": Ill(answer(status=None), "answered without a status"),
    "neither token nor certificate": Ill(answer(status={}), "answered with neither"),
}


@provokes("A1", "A3", each=ILLS, on=secured)
async def a_plugin_that_gives_nothing_new(stage: Secured, ill: Ill) -> None:
    stage.hands_out("one")
    stage.server.token = "one"
    await stage.enter(stage.plugin())
    await stage.agreed()
    stage.orders(ill.orders)
    await stage.turned_away("two")
    await stage.until(lambda: any(ill.said in reason for reason in stage.reasons("pods")), "the plugin's own words")
    await stage.until(lambda: stage.runs >= 3, "it is tried again")
    stage.hands_out("two")  # somebody has logged in
    await stage.agreed()
    stage.said_old("pods", ill.said)
    assert any(ill.said[:20] in header for header in stage.headers()), stage.headers()
    stage.requests_under(20, "pods")
    assert stage.runs <= 12


@provokes("A1", on=secured)
async def a_plugin_that_was_uninstalled(stage: Secured) -> None:
    stage.hands_out("one")
    stage.server.token = "one"
    await stage.enter(stage.plugin())
    await stage.agreed()
    (stage.folder / "plugin").rename(stage.folder / "away")
    await stage.turned_away("two")
    await stage.until(lambda: any("was not found" in reason for reason in stage.reasons("pods")))
    stage.said_old("pods", 'The exec plugin "plugin" of user "anna" was not found. brew install plugin')
    stage.hands_out("two")
    (stage.folder / "away").rename(stage.folder / "plugin")
    await stage.agreed()
    stage.requests_under(20, "pods")


@provokes("A1", "A2", on=secured)
async def a_slow_plugin_and_a_storm_of_401(stage: Secured) -> None:
    stage.hands_out("one")
    stage.server.token = "one"
    await stage.enter(stage.plugin())
    await stage.agreed()
    stage.hands_out("two", before="sleep 0.35")
    await stage.turned_away("two")
    await stage.agreed()
    assert stage.runs == 2, "one for all the streams"
    stage.said_old("pods", "New credentials (exec plugin plugin) have not come for 0.2 s.")
    stage.requests_under(8, "pods")
    stage.requests_under(7 * STREAMS)


LIVES = {"no expiry": "", "already expired": "2020-01-01T00:00:00Z", "far away": "2090-01-01T00:00:00Z"}


@provokes("A1", each=LIVES, on=secured)
async def a_plugin_with_a_token_of_some_life(stage: Secured, expires: str) -> None:
    stage.hands_out("one", expires)
    stage.server.token = "one"
    await stage.enter(stage.plugin())
    await stage.agreed()
    stage.hands_out("two", expires)
    await stage.turned_away("two")
    await stage.agreed()
    stage.soon_over("pods")
    assert stage.runs == 2
    stage.requests_under(8, "pods")


@provokes("A1", on=secured)
async def a_plugin_that_gives_certificates_and_rotates_them(stage: Secured) -> None:
    stage.server.show(loopback(), authority())
    stage.hands_out(pair=authority().issue("first"), expires=within(1.0))
    await stage.enter(stage.plugin())
    stage.server.performed["shown"] += 1
    assert set(stage.server.names) == {"first"}
    stage.hands_out(pair=authority().issue("second"), expires=within(600))
    await stage.until(lambda: stage.expires_in() > 100, "renewed before it expires, without a request")
    stage.server.cut_all()
    await stage.agreed()
    await stage.performed("shown")
    assert stage.server.names[-1] == "second"
    stage.soon_over("pods")
    stage.requests_under(8, "pods")


@provokes("A2", on=secured)
async def a_token_that_expires_during_a_list(stage: Secured) -> None:
    async def meanwhile(server: Misbehaving, request: Request, reply: Reply) -> None:
        await reply.start()
        await reply.send((server.page(request) or b"")[:200])
        stage.hands_out("two")
        server.token = "two"
        reply.hang_up()

    stage.hands_out("one")
    stage.server.token = "one"
    stage.server.fault("pods list", "expired", meanwhile)
    await stage.enter(stage.plugin())
    await stage.performed("expired")
    await stage.agreed()
    assert stage.runs == 2
    stage.said_old("pods", "broke off")
    stage.requests_under(8, "pods")


@provokes("A3", on=secured)
async def a_renewal_that_fails_while_the_token_is_valid(stage: Secured) -> None:
    """A token is renewed halfway through a life of a second; that it fails is told on nobody's data."""
    stage.hands_out("one", within(1.2))
    stage.server.token = "one"
    await stage.enter(stage.plugin())
    stage.orders("echo 'log in first' >&2; exit 1")
    await stage.until(lambda: stage.runs >= 3, "it is tried in the background")
    assert stage.informer is not None
    state = stage.informer._transport.credential_state()
    assert "log in first" in state.failure
    assert not any("▲" in header for header in stage.headers()), stage.headers()
    await stage.turned_away("two")
    await stage.until(lambda: any("log in first" in reason for reason in stage.reasons("nodes")))
    stage.hands_out("two", within(600))
    await stage.agreed()
    stage.said_old("nodes", "log in first")
    assert not stage.informer._transport.credential_state().failure
    stage.requests_under(20, "pods")


FILES = {"rotated": b"two", "with a newline": b"two\n", "with blanks": b"  two \r\n"}


@provokes("A4", each=FILES, on=secured)
async def a_token_file_is_rotated(stage: Secured, content: bytes) -> None:
    stage.file("token", "one\n")
    stage.server.token = "one"
    await stage.enter({"tokenFile": "token"})
    await stage.agreed()
    stage.file("token", content)
    await stage.turned_away("two")
    await stage.agreed()
    stage.soon_over("pods")
    assert stage.server.performed["unauthorized"] <= 2 * STREAMS + 2
    stage.requests_under(8, "pods")


@provokes("A4", each={"empty": b"", "missing": None, "not text": b"\xff\xfe", "two lines": b"a\nb"}, on=secured)
async def a_token_file_is_no_good_for_a_while(stage: Secured, content: bytes | None) -> None:
    stage.file("token", "one")
    stage.server.token = "one"
    await stage.enter({"tokenFile": "token"})
    await stage.agreed()
    if content is None:
        (stage.folder / "token").unlink()
    else:
        stage.file("token", content)
    await stage.turned_away("two")
    await stage.until(lambda: any("rejects the credentials" in reason for reason in stage.reasons("pods")))
    assert stage.informer is not None
    assert "The token file" in stage.informer._transport.credential_state().failure
    stage.file("token", "two")
    await stage.agreed()
    assert not stage.informer._transport.credential_state().failure
    stage.said_old("pods", "rejects the credentials")
    stage.requests_under(12, "pods")


@provokes("A4", on=secured)
async def a_service_account_is_rotated(stage: Secured) -> None:
    """As the kubelet does it: token and authority are links into a folder that is exchanged."""
    account = stage.folder / "account"
    for name, token in (("first", "one\n"), ("second", "two\n")):
        (stage.folder / name).mkdir()
        stage.file(f"{name}/token", token)
        stage.file(f"{name}/ca.crt", authority().pem)
    account.symlink_to(stage.folder / "first")
    host, port = stage.server.url.removeprefix("https://").split(":")
    stage.environ |= {"KUBERNETES_SERVICE_HOST": host, "KUBERNETES_SERVICE_PORT": port}
    stage.server.token = "one"
    with patch.object(connection, "SERVICE_ACCOUNT", account):
        opened = await stage.enter()
        assert opened.context == "in-cluster"
        await stage.agreed()
        await stage.turned_away("two")
        await stage.until(lambda: any("rejects the credentials" in reason for reason in stage.reasons("nodes")))
        (stage.folder / "next").symlink_to(stage.folder / "second")
        (stage.folder / "next").rename(account)
        await stage.agreed()
    stage.said_old("nodes", "rejects the credentials")
    stage.requests_under(12, "pods")


@provokes("A4", "A5", on=secured)
async def another_token_in_the_kubeconfig(stage: Secured) -> None:
    """As `oc login` leaves one."""
    stage.server.token = "one"
    await stage.enter({"token": "one"})
    await stage.agreed()
    await stage.turned_away("two")
    await stage.until(lambda: any("rejects the credentials" in reason for reason in stage.reasons("pods")))
    stage.file("config", "{half written")
    await stage.until(lambda: "not valid YAML" in str(stage.informer and stage.informer._transport.credential_state()))
    stage.write({"token": "two"})
    await stage.agreed()
    stage.said_old("pods", "rejects the credentials")
    stage.requests_under(12, "pods")


@provokes("A5", on=secured)
async def several_kubeconfigs(stage: Secured) -> None:
    """The first context and the first entry of a name win; a path belongs to its file."""
    stage.server.token = "one"
    (stage.folder / "more").mkdir()
    stage.write({"token": "none of it"}, server="https://127.0.0.1:1")
    wrong = (stage.folder / "config").read_text()
    stage.write({"tokenFile": "token"}, server=stage.server.url)
    stage.file("more/token", "one")
    stage.file("token", "another")
    stage.file("more/config", (stage.folder / "config").read_text())
    stage.file("config", wrong)
    stage.file("empty", "")
    files = [str(stage.folder / name) for name in ("missing", "empty", "more/config", "config")]
    stage.environ["KUBECONFIG"] = ":".join(files)
    await stage.enter()
    await stage.agreed()
    stage.file("more/token", "two")
    await stage.turned_away("two")
    await stage.agreed()
    await stage.trouble()


@provokes("A2", "A3", on=secured)
async def an_id_token_that_expires(stage: Secured) -> None:
    """The issuer is away when it does; then it gives the next, which is kept for others."""
    async with issuing(loopback()) as issuer:
        here, tokens = issuer.url, [jwt({"exp": time.time() + 600, "jti": name}) for name in ("one", "two")]
        issuer.token, issuer.next_good = tokens[1], "refresh-two"
        config = {"idp-issuer-url": here, "client-id": "nodes", "id-token": tokens[0], "refresh-token": issuer.good}
        config["idp-certificate-authority-data"] = base64.b64encode(authority().pem).decode()
        stage.server.token = tokens[0]
        await stage.enter({"auth-provider": {"name": "oidc", "config": config}})
        await stage.agreed()
        issuer.answer = (503, {})
        await stage.turned_away(tokens[1])
        await stage.until(lambda: any("it answered 503" in reason for reason in stage.reasons("nodes")), "503")
        issuer.answer = None
        await stage.agreed()
        stage.said_old("nodes", "does not renew the id-token")
        stage.requests_under(20, "pods")
        assert tokens[1] in (stage.folder / "config").read_text()
        assert "refresh-two" in (stage.folder / "config").read_text()
        assert [form["refresh_token"] for form in issuer.forms[-1:]] == ["refresh-one"]
        assert len(issuer.forms) <= 12
