"""The stage for credentials: the cluster behind TLS, and the house let in by a kubeconfig that changes under it."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import dataclasses
import json
import os
import ssl
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

import yaml

from nodeview.live import informer as house
from nodeview.wire import access, credentials, exec_plugin, renewal
from nodeview.wire.connection import Connection, connect
from nodeview.wire.tls import present
from tests.certificates import Authority, Pair, authority, loopback
from tests.faults.cluster import Cluster
from tests.faults.leaks import collector_kept, nothing_left
from tests.faults.naive import Naive
from tests.faults.stage import SOON_S, Stage
from tests.wire.misbehaving import Reply, Request, serving, status
from tests.wire.things import QUICK

V1 = "client.authentication.k8s.io/v1"
PLUGIN = """#!/bin/sh
cd {folder}
echo x >> runs
. ./orders
"""


class Door(ssl.SSLContext):
    """What a listening socket is given once; whoever comes is let in by the context of now."""

    inner: ssl.SSLContext

    def wrap_bio(self, *given: Any, **named: Any) -> ssl.SSLObject:
        """For one connection."""
        return self.inner.wrap_bio(*given, **named)


@dataclass
class Guarded(Cluster):
    """The cluster behind TLS. It notes who came, and turns away whom it does not know."""

    prefix: str = ""
    """Of every path, as of a Rancher server."""
    rule: Callable[[Request], bool] | None = None
    """When set, a request that it does not hold for is a 403."""
    wanted: str = ""
    """When set, a request without a client certificate of this name is a 401."""
    names: list[str] = field(default_factory=list)
    """What the client certificates of the requests said, empty for those without."""
    pair: Pair = field(default_factory=loopback)
    door: Door = field(default_factory=lambda: Door(ssl.PROTOCOL_TLS_SERVER))

    def __post_init__(self) -> None:
        self.show(self.pair)

    def show(self, pair: Pair, clients: Authority | None = None) -> None:
        """The certificate for all who come from now on, who must show one of `clients`, if it is given."""
        self.door.inner = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        assert present(self.door.inner, pair.certificate, pair.key)
        if clients is not None:
            self.door.inner.verify_mode = ssl.CERT_REQUIRED
            self.door.inner.load_verify_locations(cadata=clients.pem.decode())

    def kind_of(self, path: str, params: Mapping[str, str]) -> str:
        """Resource and verb; without its prefix a path leads nowhere."""
        return super().kind_of(path.removeprefix(self.prefix), params) if path.startswith(self.prefix) else "other"

    async def _serve(self, request: Request, reply: Reply) -> None:
        certificate = reply.writer.get_extra_info("peercert") or {}
        self.names.append(dict(part[0] for part in certificate.get("subject", ())).get("commonName", ""))
        if request.kind != "other":
            request.path = request.path.removeprefix(self.prefix)
        await super()._serve(request, reply)

    async def answer(self, request: Request, reply: Reply) -> None:
        """As a proper server would."""
        if self.wanted and self.names[-1] != self.wanted:
            self.performed["unauthorized"] += 1
            await status(401, "Unauthorized")(self, request, reply)
            return
        if self.rule is not None and not self.rule(request):
            self.performed["forbidden"] += 1
            await status(403, "Forbidden", "not you")(self, request, reply)
            return
        await super().answer(request, reply)


class Secured(Stage):
    """A stage whose house finds its way by a kubeconfig in `folder`; `write` writes it, at any time."""

    server: Guarded

    def __init__(self, server: Guarded, pace: Any, folder: Path, *, naive: bool) -> None:
        super().__init__(server, pace, naive=naive)
        self.folder = folder
        self.environ = {"PATH": os.environ["PATH"], "HOME": str(folder), "KUBECONFIG": str(folder / "config")}
        self.cluster: dict[str, object] = {
            "server": self.server.url,
            "certificate-authority-data": base64.b64encode(authority().pem).decode(),
        }

    def write(self, user: Mapping[str, object], **cluster: object) -> None:
        """A kubeconfig of this user; what is said of the cluster stays for the next."""
        self.cluster |= {name.replace("_", "-"): value for name, value in cluster.items()}
        self.cluster = {name: value for name, value in self.cluster.items() if value is not None}
        document = {
            "current-context": "c",
            "contexts": [{"name": "c", "context": {"cluster": "k", "user": "anna"}}],
            "clusters": [{"name": "k", "cluster": self.cluster}],
            "users": [{"name": "anna", "user": dict(user)}],
        }
        self.file("config", yaml.safe_dump(document))

    def file(self, name: str, content: str | bytes, mode: int = 0o600) -> None:
        """Put a file into the folder, all at once."""
        new = self.folder / f"{name}.new"
        new.write_bytes(content if isinstance(content, bytes) else content.encode())
        new.chmod(mode)
        new.rename(self.folder / name)

    def pair(self, pair: Pair) -> None:
        """Put `client.crt` and `client.key` into the folder."""
        self.file("client.crt", pair.certificate)
        self.file("client.key", pair.key)

    async def enter(self, user: Mapping[str, object] | None = None, **cluster: object) -> Connection:
        """Write the kubeconfig, and open the house by it."""
        if user is not None:
            self.write(user, **cluster)
        connection = connect(None, None, self.environ)
        await self.open(connection)
        return connection

    # An exec plugin

    def plugin(self, **more: object) -> dict[str, object]:
        """A user whose plugin does what `orders` say, a piece of shell."""
        self.file("plugin", PLUGIN.format(folder=self.folder), 0o700)
        return {"exec": {"apiVersion": V1, "command": "./plugin", "installHint": "brew install plugin", **more}}

    def hands_out(self, token: str = "", expires: str = "", pair: Pair | None = None, before: str = "") -> None:
        """The plugin gives this from now on, after doing something `before`."""
        said: dict[str, str] = {"token": token} if token else {}
        said |= {"expirationTimestamp": expires} if expires else {}
        if pair is not None:
            said |= {"clientCertificateData": pair.certificate.decode(), "clientKeyData": pair.key.decode()}
        answer = {"apiVersion": V1, "kind": "ExecCredential", "status": said}
        self.file("answer", json.dumps(answer))
        self.orders(f"{before}\ncat answer")

    def orders(self, shell: str) -> None:
        """The plugin does this from now on."""
        self.file("orders", shell)

    @property
    def runs(self) -> int:
        """How often the plugin ran."""
        file = self.folder / "runs"
        return len(file.read_text().split()) if file.exists() else 0

    async def trouble(self) -> None:
        """What works is seen to work after some trouble, too."""
        self.server.fault("nodes watch", "trouble", status(503, "ServiceUnavailable", "in a moment"), times=2)
        self.server.cut_all()
        await self.performed("trouble")
        await self.agreed()
        self.said_old("nodes", "in a moment")
        self.requests_under(8, "pods")

    def soon_over(self, resource: str) -> None:
        """What was said of age, if anything, was over within a second: there was nothing for a person to do."""
        spans: list[float] = []
        for one in self.seen:
            old = one.streams[resource]["state"] == "lagging"
            spans = [*spans, one.at] if old else []
            assert not spans or spans[-1] - spans[0] < 1.0, self.reasons(resource)
        assert not spans, "it is over"
        self.asserted.add("said")

    def expires_in(self) -> float:
        """For how many seconds the credentials at hand are good yet."""
        assert self.informer is not None
        return (self.informer._transport.credential_state().expires_at or 0.0) - time.time()

    async def turned_away(self, token: str) -> None:
        """From now on the server wants this token, and everybody has to come again."""
        self.server.token = token
        self.server.cut_all()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(SOON_S):  # the naive one, too: a busy machine is no reason to have failed
                while not self.server.performed["unauthorized"]:
                    await asyncio.sleep(0.005)
        await self.performed("unauthorized")


@asynccontextmanager
async def secured(
    naive: bool = False, *, host: str = "127.0.0.1", prefix: str = "", kind: type[Secured] = Secured, **pace: float
) -> AsyncIterator[Secured]:
    """The stage; what waits for people is quick on it."""
    async with contextlib.AsyncExitStack() as stack:
        stack.enter_context(collector_kept())
        for (module, name), value in HASTE.items():
            stack.enter_context(patch.object(module, name, value))
        stack.enter_context(patch.object(house, "rest", lambda spent, **_: 0.0))
        if naive:
            stack.enter_context(patch.object(house, "Reflector", Naive))
        else:
            await stack.enter_async_context(nothing_left())
        made = Guarded(prefix=prefix)
        for number in (1, 2, 3):
            made.node(f"n{number}")
            made.pod(f"p{number}", node=f"n{number}")
        made.expire()
        await stack.enter_async_context(serving(made, host, made.door))
        made.url += prefix
        with_folder = stack.enter_context(TemporaryDirectory(prefix="kube-"))
        stage = kind(made, _quick(pace), Path(with_folder), naive=naive)
        stack.push_async_callback(stage.close)
        yield stage
        await asyncio.sleep(0)


HASTE: dict[tuple[Any, str], float] = {
    (renewal, "REFRESH_PAUSE_S"): 0.1,
    (renewal, "RETRY_MOST_S"): 0.2,
    (renewal, "SLOW_RETRY_MOST_S"): 0.2,
    (renewal, "PATIENCE_S"): 0.2,
    (access, "LOOK_WAITING_S"): 0.02,
    (credentials, "TOKEN_FILE_WAITING_S"): 0.02,
    (exec_plugin, "TIME_LIMIT_S"): 0.5,
}
"""What is tried again while somebody is awaited, is tried again soon."""


def _quick(pace: Mapping[str, float]) -> Any:
    return dataclasses.replace(QUICK, **{"rejected": 1.0, **pace})
