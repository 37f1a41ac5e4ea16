"""The oidc auth provider, with an issuer on loopback and kubeconfigs in which new tokens are kept."""

from __future__ import annotations

import asyncio
import base64
import logging
import time
from pathlib import Path

import pytest
import yaml

from nodeview.errors import CredentialError
from nodeview.wire import renewal
from nodeview.wire.connection import connect
from nodeview.wire.credentials import Credentials, jwt_expiry
from nodeview.wire.oidc import OidcCredentials, OidcUser
from tests.certificates import Authority, authority, loopback
from tests.wire.issuer import Issuer, issuing, jwt

START = 1_800_000_000.0

KUBECONFIG = """# made by hand
current-context: c
contexts:
- {{name: c, context: {{cluster: k, user: anna}}}}
clusters:
- {{name: k, cluster: {{server: "https://api.shop:6443"}}}}
users:
- name: ben
  user: {{token: bens}}
- name: anna   # me
  user:
    auth-provider:
      name: oidc
      config:
        idp-issuer-url: {url}
        idp-certificate-authority-data: {authority}
        client-id: nodes
        client-secret: {secret!r}
        id-token: {id_token}   # short-lived
        refresh-token: {refresh_token}
"""


def written(
    folder: Path, issuer: str, id_token: str = "", refresh_token: str = "refresh-one", secret: str = ""
) -> Credentials:
    """The credentials of a kubeconfig with these tokens."""
    text = KUBECONFIG.format(
        url=issuer, authority=base64.b64encode(authority().pem).decode(), secret=secret,
        id_token=id_token, refresh_token=refresh_token,
    )  # fmt: skip
    (folder / "config").write_text(text)
    return connect(None, None, {"KUBECONFIG": str(folder / "config"), "HOME": str(folder)}).credentials


def fresh(name: str = "fresh") -> str:
    return jwt({"exp": time.time() + 600, "jti": name})


STALE = jwt({"exp": 1_600_000_000})


async def token_of(held: Credentials) -> str:
    return (await held.headers()).get("Authorization", "").removeprefix("Bearer ")


def kept(folder: Path) -> tuple[str, str]:
    """The tokens in the kubeconfig."""
    users = yaml.safe_load((folder / "config").read_text())["users"]
    config = users[1]["user"]["auth-provider"]["config"]
    return config["id-token"], config["refresh-token"]


def user(id_token: str = "") -> OidcUser:
    return OidcUser('user "anna"', "anna", Path("/nowhere/config"), id_token)


async def test_an_id_token_is_used_until_shortly_before_it_expires() -> None:
    now = START
    held = OidcCredentials(user(token := jwt({"exp": START + 70})), {}, clock=lambda: now)
    assert held.expires_at() == START + 70
    assert await token_of(held) == token
    now += 60
    with pytest.raises(CredentialError, match=r'id-token of user "anna" .* has expired') as caught:
        await held.headers()
    assert token not in str(caught.value)
    assert "kubelogin" in caught.value.hint
    assert "has expired" in held.state().failure
    await held.close()


async def test_an_id_token_that_is_missing_or_no_jwt() -> None:
    held = OidcCredentials(user(), {})
    with pytest.raises(CredentialError, match="is missing"):
        await held.headers()
    await held.close()
    opaque = OidcCredentials(user("opaque"), {})
    assert await token_of(opaque) == "opaque"
    assert [jwt_expiry(text) for text in ("", "a.b.c", jwt([]), jwt({}), jwt({"exp": "x"}))] == [None] * 5
    await opaque.close()


async def test_what_somebody_put_into_the_kubeconfig_is_used(tmp_path: Path) -> None:
    held = written(tmp_path, "https://127.0.0.1:1", STALE)
    written(tmp_path, "https://127.0.0.1:1", new := fresh())
    assert await token_of(held) == new
    await held.close()


@pytest.mark.parametrize(("secret", "basic"), [("", True), ("s3cr/et", True), ("s3cr/et", False)])
async def test_the_issuer_is_asked_and_the_answer_kept(tmp_path: Path, secret: str, basic: bool) -> None:
    async with issuing(loopback()) as issuer:
        issuer.token, issuer.next_good, issuer.secret, issuer.basic = fresh(), "refresh-two", secret, basic
        if basic:
            issuer.secret = secret.replace("/", "%2F")  # form-encoded first: RFC 6749, 2.3.1
        held = written(tmp_path, issuer.url, STALE, secret=secret)
        before = (tmp_path / "config").read_text()
        assert await token_of(held) == issuer.token
        assert kept(tmp_path) == (issuer.token, "refresh-two")
        after = (tmp_path / "config").read_text()
        assert after == before.replace(STALE, issuer.token).replace("refresh-one", "refresh-two"), "all else stays"
        assert (tmp_path / "config").stat().st_mode & 0o777 == 0o600
        assert [file.name for file in tmp_path.iterdir()] == ["config"]
        assert held.state().failure == ""
        await held.close()


async def test_ten_who_ask_at_once_ask_the_issuer_once(tmp_path: Path) -> None:
    async with issuing(loopback()) as issuer:
        issuer.token, issuer.next_good, issuer.delay = fresh(), "refresh-two", 0.1
        held = written(tmp_path, issuer.url, STALE)
        assert await asyncio.gather(*(token_of(held) for _ in range(10))) == [issuer.token] * 10
        assert (issuer.discoveries, len(issuer.forms)) == (1, 1)
        await held.close()


async def test_a_kubeconfig_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nodeview.wire.kubeconfig_writing.LOCK_PAUSE_S", 0.001)
    async with issuing(loopback()) as issuer:
        issuer.token, issuer.next_good = fresh("a"), "refresh-two"
        held = written(tmp_path, issuer.url, STALE)
        (tmp_path / "config.lock").touch()  # somebody holds it
        rejected = {"Authorization": f"Bearer {issuer.token}"}
        assert await held.headers() == rejected
        assert kept(tmp_path) == (STALE, "refresh-one")
        assert f"cannot be saved in {tmp_path / 'config'} (file exists)" in held.state().failure
        (tmp_path / "config.lock").unlink()
        issuer.token = fresh("b")
        assert await held.refresh(rejected)
        assert await token_of(held) == issuer.token
        assert issuer.forms[-1]["refresh_token"] == "refresh-two", "that of memory"
        assert kept(tmp_path) == (issuer.token, "refresh-two")
        assert held.state().failure == ""
        await held.close()


REFUSALS: dict[str, tuple[dict[str, object], str]] = {
    "used up": (
        {"good": "another"},
        r'does not renew the id-token of user "anna": invalid_grant refresh token … is used up',
    ),
    "wrong client": ({"secret": "another"}, "invalid_client"),
    "no id_token": ({"answer": (200, {"access_token": "x"})}, "answered without an id_token"),
    "no endpoint": ({"endpoint": "/token"}, "is to be asked without TLS"),
    "plain endpoint": ({"endpoint": "http://127.0.0.1:1/token"}, "is to be asked without TLS"),
    "nobody there": ({"endpoint": "https://127.0.0.1:1/token"}, "cannot be reached"),
    "out of order": ({"answer": (503, {})}, "it answered 503"),
    "a header of two lines": ({"token": "a\nb"}, "cannot be sent in a header"),
}


@pytest.mark.parametrize("name", REFUSALS)
async def test_an_issuer_that_gives_nothing(tmp_path: Path, name: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    changes, said = REFUSALS[name]
    async with issuing(loopback()) as issuer:
        issuer.token = fresh()
        for field, value in changes.items():
            setattr(issuer, field, value)
        held = written(tmp_path, issuer.url, STALE, secret="s3cr3t-s3cr3t" if name == "wrong client" else "")
        with pytest.raises(CredentialError, match=said) as caught:
            await held.headers()
        told = f"{caught.value!r} {caught.value} {held.state()} {held!r} {caplog.text}"
        assert not any(one in told for one in ("refresh-one", "s3cr3t", STALE))
        assert kept(tmp_path) == (STALE, "refresh-one")
        await held.close()


async def test_an_issuer_that_is_not_believed(tmp_path: Path) -> None:
    async with issuing(Authority("stranger").issue("i", "127.0.0.1")) as issuer:
        held = written(tmp_path, issuer.url, STALE)
        with pytest.raises(CredentialError, match="is not trusted"):
            await held.headers()
        assert issuer.forms == []
        await held.close()


async def test_it_is_renewed_before_it_expires_and_after_a_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(renewal, "REFRESH_PAUSE_S", 0.05)
    async with issuing(loopback()) as issuer:
        issuer.good = "somebody logged in again"
        held = written(tmp_path, issuer.url, STALE)
        with pytest.raises(CredentialError, match="invalid_grant"):
            await held.headers()
        woken = asyncio.create_task(held.renewed())
        issuer.token = fresh()
        written(tmp_path, issuer.url, issuer.token, issuer.good)
        async with asyncio.timeout(10):
            await woken
        assert await token_of(held) == issuer.token
        await held.close()


def test_no_secret_in_a_repr() -> None:
    one = OidcUser("u", "u", Path("f"), "hunter2-id", "hunter2-refresh", "https://i", "c", "hunter2-secret")
    assert "hunter2" not in repr(one) + repr(OidcCredentials(one, {}))


def test_issuers_are_made_of_nothing_of_ours() -> None:
    assert Issuer().good == "refresh-one"
