"""An OpenID Connect issuer on loopback, over TLS. It imports nothing of nodeview."""

from __future__ import annotations

import asyncio
import base64
import json
import ssl
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl

from tests.certificates import Pair


def jwt(claims: object) -> str:
    """A token that nobody signed."""
    return f"e30.{base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip('=')}.c2ln"


@dataclass
class Issuer:
    """Gives `token` for the refresh token `good`, which then is `next_good`."""

    url: str = ""
    token: str = ""
    good: str = "refresh-one"
    next_good: str = ""
    secret: str = ""
    basic: bool = True
    """Whether a client may say who it is by HTTP Basic, and not in the form alone."""
    delay: float = 0.0
    answer: tuple[int, dict[str, object]] | None = None
    """Instead of a token."""
    endpoint: str = ""
    forms: list[dict[str, str]] = field(default_factory=list)
    discoveries: int = 0

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request."""
        try:
            first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().strip().split("\r\n")
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
            body = await reader.readexactly(int(headers.get("content-length", "0")))
            code, said = await self._reply(first.split(" ")[1], headers, dict(parse_qsl(body.decode())))
            text = json.dumps(said).encode()
            head = f"HTTP/1.1 {code} X\r\nContent-Type: application/json\r\nContent-Length: {len(text)}\r\n"
            writer.write(f"{head}Connection: close\r\n\r\n".encode() + text)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _reply(self, path: str, headers: dict[str, str], form: dict[str, str]) -> tuple[int, dict[str, object]]:
        if path.endswith("/.well-known/openid-configuration"):
            self.discoveries += 1
            return 200, {"token_endpoint": self.endpoint or f"{self.url}/token"}
        self.forms.append(form)
        await asyncio.sleep(self.delay)
        if self.answer is not None:
            return self.answer
        login = base64.b64decode(headers.get("authorization", "Basic ").split(" ")[1]).decode()
        said = login if self.basic and login else f"{form.get('client_id', '')}:{form.get('client_secret', '')}"
        if said != f"nodes:{self.secret}":
            return 401, {"error": "invalid_client"}
        if form.get("grant_type") != "refresh_token" or form.get("refresh_token") != self.good:
            words = f"refresh token {form.get('refresh_token')} is used up"
            return 400, {"error": "invalid_grant", "error_description": words}
        self.good = self.next_good or self.good
        tokens: dict[str, object] = {"id_token": self.token}
        return 200, tokens | ({"refresh_token": self.next_good} if self.next_good else {})


@asynccontextmanager
async def issuing(pair: Pair) -> AsyncIterator[Issuer]:
    """An issuer that shows this certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "pem"
        file.write_bytes(pair.certificate + pair.key)
        context.load_cert_chain(file)
    made = Issuer()
    server = await asyncio.start_server(made.handle, "127.0.0.1", 0, ssl=context)
    made.url = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/realm"
    try:
        yield made
    finally:
        server.close()
