"""The way to the API server: proxies that refuse, fall silent or are away; servers at odd addresses."""

from __future__ import annotations

import contextlib
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from nodeview.wire import session
from nodeview.wire.tls import present
from tests.certificates import authority, loopback
from tests.faults.catalogue import provokes
from tests.faults.secured import Secured, secured
from tests.faults.stage import STREAMS
from tests.faults.tunnel import Tunnel, tunnel

NAME = "api.shop.invalid"
"""Known to the proxy alone."""
PASSWORD = "p@ss:wörd/%"
QUOTED = "p%40ss%3Aw%C3%B6rd%2F%25"


class Proxied(Secured):
    """A stage whose server is reached by a name that only the proxy knows."""

    proxy: Tunnel

    async def by_proxy(self, **cluster: object) -> None:
        """Open the house; `proxy_url` is that of the kubeconfig."""
        self.server.show(authority().issue("s", NAME))
        await self.enter({"token": "one"}, server=f"https://{NAME}:6443", **cluster)

    def with_login(self, password: str = QUOTED) -> str:
        """The proxy's URL with a user and a password, which it wants from now on."""
        self.proxy.login = f"anna:{PASSWORD}"
        return self.proxy.url.replace("://", f"://anna:{password}@")


@asynccontextmanager
async def proxied(naive: bool = False, *, tls: bool = False) -> AsyncIterator[Proxied]:
    """The stage, and its proxy, which may speak TLS itself."""
    context = None
    if tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        assert present(context, loopback().certificate, loopback().key)
    async with secured(naive, kind=Proxied) as stage:
        assert isinstance(stage, Proxied)
        async with tunnel(urlsplit(stage.server.url).port or 0, context) as made:
            stage.proxy = made
            try:
                yield stage
            finally:
                await stage.close()


async def away_and_back(stage: Proxied) -> None:
    """The proxy goes away, which is said, and comes back."""
    await stage.agreed()
    assert set(stage.proxy.asked) == {f"{NAME}:6443"}
    assert stage.proxy.others == 0
    asked = len(stage.proxy.asked)
    await stage.proxy.down()
    stage.server.performed["away"] += 1
    await stage.until(lambda: any("proxy" in reason for reason in stage.reasons("nodes")), "the proxy is away")
    await stage.proxy.up()
    await stage.agreed()
    await stage.performed("away")
    stage.said_old("nodes", "the proxy cannot be connected to")
    stage.requests_under(8, "pods")
    assert len(stage.proxy.asked) - asked <= 40


@provokes("A8", on=proxied)
async def a_proxy_of_the_kubeconfig(stage: Proxied) -> None:
    await stage.by_proxy(proxy_url=stage.proxy.url)
    await away_and_back(stage)


@provokes("A8", on=proxied, tls=True)
async def a_proxy_that_speaks_tls(stage: Proxied) -> None:
    await stage.by_proxy(proxy_url=stage.proxy.url)
    await away_and_back(stage)


@provokes("A8", on=proxied)
async def a_proxy_of_the_environment_with_a_password(stage: Proxied) -> None:
    stage.environ |= {"HTTPS_PROXY": stage.with_login(), "https_proxy": "http://127.0.0.1:1", "NO_PROXY": "shop.com"}
    await stage.by_proxy()
    assert stage.proxy.refusals == 0
    await away_and_back(stage)


@provokes("A8", on=proxied)
async def a_proxy_that_knows_the_password_no_more(stage: Proxied) -> None:
    await stage.by_proxy(proxy_url=stage.with_login())
    await stage.agreed()
    stage.proxy.login = "anna:another"
    stage.proxy.cut()
    await stage.until(lambda: any("407" in reason for reason in stage.reasons("nodes")), "407")
    stage.server.performed["407"] += stage.proxy.refusals
    assert stage.proxy.refusals <= 40
    stage.proxy.login = f"anna:{PASSWORD}"
    await stage.agreed()
    await stage.performed("407")
    stage.said_old("nodes", "the proxy answered 407 Proxy Authentication Required")
    stage.requests_under(8, "pods")
    assert not any("wörd" in header or QUOTED in header for header in stage.headers())


@provokes("A8", on=proxied)
async def a_proxy_that_takes_a_connect_and_says_no_more(stage: Proxied) -> None:
    with contextlib.ExitStack() as stack:
        stack.callback(setattr, session, "TUNNEL_S", session.TUNNEL_S)
        session.TUNNEL_S = 0.2
        await stage.by_proxy(proxy_url=stage.proxy.url)
        await stage.agreed()
        stage.proxy.mute = True
        stage.proxy.cut()
        await stage.until(lambda: any("no connection" in reason for reason in stage.reasons("nodes")), "it is mute")
        stage.server.performed["mute"] += 1
        stage.proxy.mute = False
        await stage.agreed()
    await stage.performed("mute")
    stage.said_old("nodes", "no connection")
    stage.requests_under(8, "pods")


@provokes("A8", on=proxied)
async def a_proxy_that_cuts_every_tunnel(stage: Proxied) -> None:
    await stage.by_proxy(proxy_url=stage.proxy.url)
    for _ in range(2):
        await stage.agreed()
        asked = len(stage.proxy.asked)
        stage.proxy.cut()
        await stage.until(lambda least=asked: len(stage.proxy.asked) > least)  # type: ignore[misc]
        stage.server.performed["cut"] += 1
    await stage.agreed()
    await stage.performed("cut", 2)
    await stage.trouble()
    assert len(stage.proxy.asked) <= 8 * STREAMS


DIRECT = {
    "loopback": ("127.0.0.1", ""),
    "loopback by name": ("localhost", ""),
    "by NO_PROXY": ("127.0.0.1", "*"),
}


@provokes("A8", on=proxied, each=DIRECT)
async def what_no_proxy_is_asked_for(stage: Proxied, direct: tuple[str, str]) -> None:
    host, no_proxy = direct
    stage.environ |= {"HTTPS_PROXY": stage.proxy.url, "HTTP_PROXY": stage.proxy.url, "NO_PROXY": no_proxy}
    await stage.enter({"token": "one"}, server=stage.server.url.replace("127.0.0.1", host))
    await stage.agreed()
    await stage.trouble()
    assert stage.proxy.asked == []


@provokes("A9", on=secured, host="::1")
async def a_server_at_an_ipv6_address(stage: Secured) -> None:
    assert "[::1]" in stage.server.url
    stage.server.token = "one"
    await stage.enter({"token": "one"})
    await stage.agreed()
    await stage.trouble()
    assert {request.headers["host"] for request in stage.server.requests} == {urlsplit(stage.server.url).netloc}


ENDINGS = {"a path": "", "a path and a slash": "/", "a path and slashes": "//"}


@provokes("A9", on=secured, prefix="/k8s/clusters/c-m-1", each=ENDINGS)
async def a_server_behind(stage: Secured, ending: str) -> None:
    stage.server.token = "one"
    await stage.enter({"token": "one"}, server=stage.server.url + ending)
    await stage.agreed()
    await stage.trouble()
    astray = [one.path for one in stage.server.requests if one.kind == "other"]
    assert all(path.startswith("/k8s/clusters/c-m-1/apis/") for path in astray), astray
