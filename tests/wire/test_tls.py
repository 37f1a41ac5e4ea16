"""TLS against a real server on loopback: whom we believe, and whom we do not."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import ssl
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from nodeview.wire.tls import Trust, present
from tests.certificates import Authority, Pair, authority, loopback


@asynccontextmanager
async def served(pair: Pair, clients: bytes | None = None) -> AsyncIterator[int]:
    """A TLS server that tells a client the name in its certificate; with `clients` it insists on one."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    assert present(context, pair.certificate, pair.key)
    if clients is not None:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(cadata=clients.decode())

    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        subject = (writer.get_extra_info("peercert") or {}).get("subject", ((("", "nobody"),),))
        writer.write(f"hello {subject[0][0][1]}\n".encode())
        writer.close()

    server = await asyncio.start_server(greet, "127.0.0.1", 0, ssl=context)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await server.wait_closed()


async def greeting(port: int, context: ssl.SSLContext, name: str = "127.0.0.1") -> str:
    """What the server says to a client that checks it against a name."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=context, server_hostname=name)
    try:
        line = (await reader.readline()).decode()
    finally:
        writer.close()
    return line.strip()


async def test_the_clusters_own_authority_is_believed() -> None:
    async with served(loopback()) as port:
        assert await greeting(port, Trust(authority().pem).context()) == "hello nobody"


async def test_a_strangers_authority_and_the_systems_are_not() -> None:
    async with served(loopback()) as port:
        for trust in (Trust(Authority("stranger").pem), Trust()):
            with pytest.raises(ssl.SSLCertVerificationError, match=r"unable to get local issuer|self-signed"):
                await greeting(port, trust.context())


async def test_one_of_several_authorities_with_words_between_them_will_do() -> None:
    bundle = b"# Zertifizierungsstelle \xc3\xa4\n" + Authority("other").pem + b"\n# ours\n" + authority().pem
    async with served(loopback()) as port:
        assert await greeting(port, Trust(bundle).context()) == "hello nobody"


async def test_the_name_is_checked_and_may_be_another_than_the_hosts() -> None:
    pair = authority().issue("server", "kubernetes.default")
    context = Trust(authority().pem).context()
    async with served(pair) as port:
        with pytest.raises(ssl.SSLCertVerificationError, match="IP address mismatch"):
            await greeting(port, context)
        with pytest.raises(ssl.SSLCertVerificationError, match="Hostname mismatch"):
            await greeting(port, context, "elsewhere.default")
        assert await greeting(port, context, "kubernetes.default") == "hello nobody"


async def test_an_expired_certificate_is_refused() -> None:
    async with served(authority().issue("server", "127.0.0.1", expired=True)) as port:
        with pytest.raises(ssl.SSLCertVerificationError, match="expired"):
            await greeting(port, Trust(authority().pem).context())


async def test_an_authority_without_key_identifiers_is_believed() -> None:
    plain = Authority("like EKS", plain=True)
    strict = Trust(plain.pem).context()
    strict.verify_flags |= ssl.VERIFY_X509_STRICT
    async with served(plain.issue("server", "127.0.0.1")) as port:
        with pytest.raises(ssl.SSLCertVerificationError):
            await greeting(port, strict)  # what Python 3.13 does by itself
        assert await greeting(port, Trust(plain.pem).context()) == "hello nobody"
    assert not Trust(plain.pem).context().verify_flags & ssl.VERIFY_X509_STRICT


STRICT = """
import socket, sys, ssl
from nodeview.wire.tls import Trust
pem = open(sys.argv[2], "rb").read()
def greeted(context):
    with socket.create_connection(("127.0.0.1", int(sys.argv[1])), 10) as plain:
        try:
            with context.wrap_socket(plain, server_hostname="127.0.0.1") as secure:
                return secure.recv(100).decode().strip()
        except ssl.SSLCertVerificationError as error:
            return error.verify_message
print(greeted(ssl.create_default_context(cadata=pem.decode())))
print(greeted(Trust(pem).context()))
print(bool(Trust().context().verify_flags & ssl.VERIFY_X509_STRICT))
"""


def stricter_python() -> str | None:
    """An interpreter of 3.13 or later, whose default is to be strict; it needs no packages."""
    found = [sys.executable, *(shutil.which(f"python3.{minor}") or "" for minor in (13, 14))]
    found += [str(one) for one in sorted(Path.home().glob(".pyenv/versions/3.1[3-9]*/bin/python3"))]
    for one in filter(None, found):
        code = "import sys; print(sys.version_info >= (3, 13))"
        if subprocess.run([one, "-c", code], capture_output=True, text=True, check=False).stdout.strip() == "True":
            return one
    return None


async def test_a_stricter_python_believes_it_too(tmp_path: Path) -> None:
    """Strictness is given up for the kubeconfig's own authority alone."""
    python = stricter_python()
    if python is None:
        pytest.skip("no Python 3.13 here")
    plain = Authority("like EKS", plain=True)
    (tmp_path / "ca").write_bytes(plain.pem)
    async with served(plain.issue("server", "127.0.0.1")) as port:
        child = await asyncio.create_subprocess_exec(
            python, "-S", "-c", STRICT, str(port), str(tmp_path / "ca"),
            stdout=asyncio.subprocess.PIPE,
            env={"PYTHONPATH": str(Path(__file__).parents[2]), "PYTHONDONTWRITEBYTECODE": "1"},
        )  # fmt: skip
        told, _ = await child.communicate()
    strict, ours, systems = told.decode().splitlines()
    assert strict == "Missing Authority Key Identifier"
    assert (ours, systems) == ("hello nobody", "True")


async def test_a_servers_own_certificate_will_do_as_a_root() -> None:
    pair = loopback()
    async with served(pair) as port:
        assert await greeting(port, Trust(pair.certificate).context()) == "hello nobody"


async def test_insecure_believes_anyone() -> None:
    async with served(Authority("stranger").issue("server", "elsewhere", expired=True)) as port:
        assert await greeting(port, Trust(insecure=True).context()) == "hello nobody"


async def test_a_client_certificate_is_presented() -> None:
    anna = authority().issue("anna")
    context = Trust(authority().pem).context()
    async with served(loopback(), clients=authority().pem) as port:
        greeted = ""
        with contextlib.suppress(ssl.SSLError, ConnectionError):  # or the end of the stream, in TLS 1.3
            greeted = await greeting(port, context)
        assert greeted == ""
        assert present(context, anna.certificate, anna.key)
        assert await greeting(port, context) == "hello anna"


def test_a_key_that_cannot_be_used_is_no_question_on_the_terminal() -> None:
    anna, ben = authority().issue("anna"), authority().issue("ben")
    locked = authority().issue("carl", passphrase=b"secret")
    context = Trust(authority().pem).context()
    for certificate, key in [
        (anna.certificate, ben.key),
        (locked.certificate, locked.key),
        (anna.certificate, b""),
        (b"junk", b"junk"),
    ]:
        assert not present(context, certificate, key)


@pytest.mark.parametrize("pem", [b"", b"junk", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"])
def test_an_authority_that_is_none(pem: bytes) -> None:
    with pytest.raises(ValueError):
        Trust(pem).context()


def test_a_key_is_in_a_file_of_ours_only_and_only_for_a_moment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    modes: list[int] = []

    class Watching(ssl.SSLContext):
        def load_cert_chain(self, certfile: object, keyfile: object = None, password: object = None) -> None:
            modes.append(os.stat(str(certfile)).st_mode & 0o777)
            assert Path(str(certfile)).parent == tmp_path
            super().load_cert_chain(str(certfile), password="")

    anna = authority().issue("anna")
    context = Watching(ssl.PROTOCOL_TLS_CLIENT)
    assert present(context, anna.certificate, anna.key)
    assert not present(context, anna.certificate, b"junk")
    assert modes == [0o600, 0o600]
    assert list(tmp_path.iterdir()) == []


def test_trust_shows_no_bytes_and_tls_is_modern() -> None:
    assert repr(Trust(b"pem")) == "Trust(insecure=False)"
    for trust in (Trust(), Trust(authority().pem), Trust(insecure=True)):
        assert trust.context().minimum_version >= ssl.TLSVersion.TLSv1_2
