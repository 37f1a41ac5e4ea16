"""A connection kept up to date: files that change under it, certificates of plugins, and what is not taken over."""

from __future__ import annotations

import asyncio
import base64
import json
import time
import traceback
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml

from nodeview.errors import CredentialError
from nodeview.wire import access
from nodeview.wire.access import Access
from nodeview.wire.connection import connect, connection_of
from nodeview.wire.origin import states_of
from tests.certificates import Authority, Pair, authority, loopback
from tests.wire.test_tls import greeting, served

SECRET = "hunter2-hunter2-hunter2"
V1 = "client.authentication.k8s.io/v1"


class Clock:
    """A clock that is set by hand, in seconds."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


class Desk:
    """A kubeconfig, and the access by it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = Clock()
        self.server = "https://api.shop:6443"

    def write(self, user: Mapping[str, object], context: str = "c", **cluster: object) -> None:
        said = {"server": self.server, "certificate-authority": "ca.crt", **cluster}
        document = {
            "current-context": context,
            "contexts": [{"name": name, "context": {"cluster": "k", "user": name}} for name in ("c", "other")],
            "clusters": [{"name": "k", "cluster": said}],
            "users": [{"name": "c", "user": dict(user)}, {"name": "other", "user": {"token": "others"}}],
        }
        self.file("config", yaml.safe_dump(document).encode())

    def file(self, name: str, content: bytes) -> None:
        (self.folder / "new").write_bytes(content)
        (self.folder / "new").rename(self.folder / name)

    def pair(self, pair: Pair) -> None:
        self.file("crt", pair.certificate)
        self.file("key", pair.key)

    def open(self) -> Access:
        environ = {"KUBECONFIG": str(self.folder / "config"), "HOME": str(self.folder)}
        return Access(connect(None, None, environ), self.clock)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk(tmp_path)
    made.file("ca.crt", authority().pem)
    return made


async def token(opened: Access) -> str:
    return (await opened.show()).headers.get("Authorization", "").removeprefix("Bearer ")


async def test_files_are_looked_at_once_a_minute(desk: Desk) -> None:
    desk.write({"token": "one"})
    opened = desk.open()
    desk.write({"token": "two"})
    desk.clock.now += 59
    assert await token(opened) == "one"
    desk.clock.now += 1
    assert await token(opened) == "two"
    assert opened.generation == 0, "no connection has to be dropped for a token"
    await opened.close()


async def test_after_a_refusal_they_are_looked_at_at_once(desk: Desk) -> None:
    desk.write({"token": "one"})
    opened = desk.open()
    shown = await opened.show()
    assert not await opened.after_refusal(shown, tls=False)
    desk.write({"token": "two"})
    assert await opened.after_refusal(shown, tls=False)
    assert await opened.after_refusal(shown, tls=False), "as late ones are told, too"
    assert await token(opened) == "two"
    await opened.close()


async def test_another_current_context_or_an_unchanged_user_changes_nothing(desk: Desk) -> None:
    desk.write({"token": "one"})
    opened = desk.open()
    before = opened.credentials
    desk.write({"token": "one"}, context="other")
    assert not opened.look()
    assert opened.credentials is before
    assert await token(opened) == "one"
    await opened.close()


@pytest.mark.parametrize("change", [{"server": "https://elsewhere"}, {"tls-server-name": "x"}, {"as": "root"}])
async def test_another_server_or_person_is_not_taken_over(desk: Desk, change: dict[str, str]) -> None:
    desk.write({"token": "one"})
    opened = desk.open()
    desk.write({"token": SECRET} | ({} if "as" not in change else change), **({} if "as" in change else change))
    assert not opened.look()
    assert await token(opened) == "one"
    assert opened.state().failure == 'The context "c" leads elsewhere by now; nodeview stays where it is.'
    assert opened.state().failed_at == pytest.approx(time.time(), abs=10)
    desk.write({"token": "two"})
    assert opened.look()
    assert opened.state().failure == ""
    await opened.close()


async def test_a_kubeconfig_that_is_broken_for_a_while(desk: Desk) -> None:
    desk.write({"token": "one"})
    opened = desk.open()
    for broken in (b"{", b"users: 5", b""):
        desk.file("config", broken)
        assert not opened.look()
        assert opened.state().failure
        assert await token(opened) == "one"
    (desk.folder / "config").unlink()
    assert not opened.look()
    desk.write({"token": "two"})
    assert opened.look()
    assert (await token(opened), opened.state().failure) == ("two", "")
    await opened.close()


async def test_certificates_in_files(desk: Desk) -> None:
    async with served(loopback(), clients=authority().pem) as port:
        desk.server = f"https://127.0.0.1:{port}"
        desk.pair(authority().issue("anna"))
        desk.write({"client-certificate": "crt", "client-key": "key"})
        opened = desk.open()
        first = await opened.show()
        assert first.ssl is not None
        assert await greeting(port, first.ssl) == "hello anna"
        assert opened.state().kind == "certificate"
        assert opened.state().expires_at == pytest.approx(time.time() + 86_400, abs=100)
        ben = authority().issue("ben")
        desk.file("crt", ben.certificate)
        assert not await opened.after_refusal(first, tls=True), "half of a rotation"
        assert "do not fit each other" in opened.state().failure
        desk.file("key", ben.key)
        assert await opened.after_refusal(first, tls=True)
        assert opened.generation == 1
        second = await opened.show()
        assert second.ssl is not None
        assert await greeting(port, second.ssl) == "hello ben"
        await opened.close()


async def test_a_certificate_that_has_expired_says_so(desk: Desk) -> None:
    desk.pair(authority().issue("anna", expired=True))
    desk.write({"client-certificate": "crt", "client-key": "key"})
    opened = desk.open()
    with pytest.raises(
        CredentialError, match=r'The client certificate of user "c" expired on 20\d\d-.* UTC\.'
    ) as caught:
        await opened.after_refusal(await opened.show(), tls=False)
    assert "takes the new one" in caught.value.hint
    await opened.close()


async def test_an_authority_in_a_file(desk: Desk) -> None:
    desk.write({"token": "one"})
    opened = desk.open()
    before = await opened.show()
    desk.file("ca.crt", Authority("next").pem)
    assert await opened.after_refusal(before, tls=True)
    assert (await opened.show()).ssl is not before.ssl
    assert (opened.generation, opened.credentials is before.credentials) == (1, True)
    await opened.close()


def handing_out(desk: Desk, certificate: bytes, key: bytes) -> None:
    """A user whose plugin hands out a certificate."""
    pair = {"clientCertificateData": certificate.decode(), "clientKeyData": key.decode()}
    desk.file("answer", json.dumps({"apiVersion": V1, "kind": "ExecCredential", "status": pair}).encode())
    desk.write({"exec": {"apiVersion": V1, "command": "/bin/cat", "args": [str(desk.folder / "answer")]}})


async def test_a_plugins_certificate_is_presented_and_rotates(desk: Desk) -> None:
    anna, ben = authority().issue("anna"), authority().issue("ben")
    async with served(loopback(), clients=authority().pem) as port:
        desk.server = f"https://127.0.0.1:{port}"
        handing_out(desk, anna.certificate, anna.key)
        opened = desk.open()
        first = await opened.show()
        assert first.ssl is not None
        assert await greeting(port, first.ssl) == "hello anna"
        assert (await opened.show()).ssl is first.ssl
        assert opened.state().expires_at == pytest.approx(time.time() + 86_400, abs=100)
        handing_out(desk, ben.certificate, ben.key)
        assert await opened.after_refusal(first, tls=True)
        second = await opened.show()
        assert second.ssl is not None
        assert await greeting(port, second.ssl) == "hello ben"
        assert opened.generation == 1
        await opened.close()


async def test_a_plugins_certificate_that_does_not_fit_its_key(desk: Desk) -> None:
    handing_out(desk, authority().issue("anna").certificate, SECRET.encode())
    opened = desk.open()
    with pytest.raises(CredentialError, match="do not fit each other") as caught:
        await opened.show()
    assert SECRET not in "".join(traceback.format_exception(caught.value))
    await opened.close()


async def test_a_user_who_gets_a_plugin_instead_leaves_no_old_one_behind(desk: Desk) -> None:
    desk.write({"exec": {"apiVersion": V1, "command": "/bin/sleep", "args": ["60"]}})
    opened = desk.open()
    waiting = asyncio.create_task(opened.show())
    await asyncio.sleep(0.05)
    desk.write({"token": "two"})
    assert opened.look()
    async with asyncio.timeout(5):
        assert (await waiting).headers == {"Authorization": "Bearer two"}
    await opened.close()
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_waiting_for_other_credentials(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "LOOK_WAITING_S", 0.01)
    desk.write({"token": "one"})
    opened = desk.open()
    waiting = [asyncio.create_task(opened.renewed(30.0)) for _ in range(3)]
    await asyncio.sleep(0.03)
    assert not any(one.done() for one in waiting)
    desk.write({"token": "two"})
    async with asyncio.timeout(5):
        await asyncio.gather(*waiting)
    began = time.monotonic()
    await opened.renewed(0.05)
    assert 0.04 < time.monotonic() - began < 2
    await opened.close()


async def test_without_files_there_is_nothing_to_look_at() -> None:
    opened = Access(connection_of("https://a", "t", "n"))
    assert not opened.look()
    assert (await opened.show()).headers == {"Authorization": "Bearer t"}
    await opened.close()


def test_the_state_of_files(tmp_path: Path) -> None:
    file = tmp_path / "file"
    (absent,) = states_of([file])
    file.write_bytes(base64.b64encode(b"x"))
    (there,) = states_of([file])
    assert absent == (file, None)
    assert there != absent
    assert states_of([file]) == (there,)
