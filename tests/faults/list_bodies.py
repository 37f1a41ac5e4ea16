"""Lists whose bytes are odd: cut off, dripping, giant, compressed by rules of their own, or somewhere else."""

from __future__ import annotations

import asyncio
import gzip
import json
import re
import zlib
from typing import Any

from tests.faults.bodies import (
    GZIP,
    body_of,
    compressed,
    dripping_for_ever,
    edited,
    held,
    lying,
    members,
    pieces,
    redirected,
)
from tests.faults.catalogue import NAIVE_SURVIVES, provokes
from tests.faults.lists import lists_again
from tests.faults.stage import Stage
from tests.raw import raw_pod
from tests.records.bodies import pod as full_pod
from tests.wire.misbehaving import Fault, Misbehaving, Reply, Request, dripping, misbehaving, stalled, truncated

READ_WHOLE = "it reads bodies whole, and has the memory for these"


@provokes("L3", each={"in chunks": False, "in one chunk": True}, pods=0)
async def one_giant_body(stage: Stage, giant: bool) -> None:
    """It is shown while it comes, and nothing but the last of it is kept."""
    half = asyncio.Event()
    for number in range(300):
        stage.server.apply("pods", full_pod(number) | {"spec": raw_pod("")["spec"]})
    stage.server.fault("pods list", "giant", held(half, giant=giant))
    await stage.open()
    await stage.until(lambda: bool(stage.seen) and stage.seen[-1].shown > 100, "shown while it comes")
    assert stage.server.performed["giant"] == 0
    half.set()
    await stage.performed("giant")
    await stage.agreed()
    stage.never_said_old()
    stage.requests_under(1, "pods list")
    stage.requests_under(0, "pods page")


def cut_gzip(share: float) -> Any:
    """Only so much of it."""
    return lambda body: gzip.compress(body)[: int(len(gzip.compress(body)) * share)]


CUT: dict[str, Fault] = {
    "in the middle of a chunked body": truncated(0.5),
    "by closing, without a length": truncated(0.6, chunked=False),
    "between two items": truncated(0.0, tail=b'{"metadata":{"resourceVersion":"100"},"items":['),
    "inside gzip": compressed(cut_gzip(0.7)),
    "inside gzip, by closing": compressed(cut_gzip(0.4), length=False),
    "inside gzip, near its very end": compressed(lambda body: gzip.compress(body)[:-30]),
}


@provokes("L8", each=CUT, pods=700)
async def a_first_page_is_cut_off(stage: Stage, fault: Fault) -> None:
    stage.server.fault("pods list", "cut", fault, times=2)
    await stage.open()
    await stage.performed("cut", 2)
    await stage.agreed()
    stage.said_old("pods", "")
    assert {one for one in stage.reasons("pods") if "broke off" in one or "could not be read" in one}
    stage.requests_under(3, "pods list")


@provokes("L8", each=CUT, pods=700)
async def a_later_page_is_cut_off(stage: Stage, fault: Fault) -> None:
    stage.server.fault("pods page", "cut", fault, times=2)
    await stage.open()
    await stage.performed("cut", 2)
    await stage.agreed()
    stage.said_old("pods", "")
    assert {one for one in stage.reasons("pods") if "broke off" in one or "could not be read" in one}
    stage.requests_under(1, "pods list")
    stage.requests_under(5, "pods page")


SLOW = {
    "a byte now and then": (dripping_for_ever(), "took more than"),
    "headers, then silence": (stalled, "broke off"),
}


@provokes("L12", each=SLOW, page_most=0.25, list_silence=0.15)
async def a_list_that_never_ends(stage: Stage, given: tuple[Fault, str]) -> None:
    fault, reason = given
    stage.server.fault("pods list", "slow", fault, times=2)
    await stage.open()
    await stage.performed("slow", 2)
    await stage.agreed()
    stage.said_old("pods", reason)
    stage.requests_under(3, "pods list")


@provokes("L12", list_silence=0.15)
async def a_list_whose_headers_never_come(stage: Stage) -> None:
    async def mute(_: Misbehaving, request: Request, reply: Reply) -> None:
        await reply.until_left()

    stage.server.fault("pods list", "mute", mute, times=2)
    await stage.open()
    await stage.performed("mute", 2)
    await stage.agreed()
    stage.said_old("pods", "no answer in time")
    stage.requests_under(3, "pods list")


def spread_out(body: bytes) -> list[bytes]:
    """As a person would write it, with CRLF, in chunks that end wherever they hurt."""
    text = json.dumps(json.loads(body), indent=2, ensure_ascii=False).replace("\n", "\r\n").encode()
    return [text[start : start + 7] for start in range(0, len(text), 7)]


CHUNKS = {
    "of one byte": dripping(1),
    "of seven bytes that split CRLF and characters": pieces(spread_out),
    "that are empty but for the middle": pieces(lambda body: [body[:1], body[1:-1], body[-1:]]),
}


@provokes("L13", each=CHUNKS)
async def chunks(stage: Stage, fault: Fault) -> None:
    stage.server.pod("p0002", "naïve – 日本語 🚀", node="n1")
    stage.server.fault("pods list", "chunks", fault)
    await stage.open()
    await stage.performed("chunks")
    await stage.agreed()
    stage.never_said_old()
    stage.requests_under(1, "pods list")


NAIVE_SURVIVES |= {f"L13 chunks: {name}": READ_WHOLE for name in CHUNKS}


@provokes("L14", each={"older": -50, "the same": 0, "newer": 1}, pods=700)
async def an_item_is_on_two_pages(stage: Stage, by: int) -> None:
    """The newer wins, whichever comes first."""
    server = stage.server
    await stage.open()
    await stage.agreed()
    server.pod("p0001", "now", node="n1")
    now = server.shelves["pods"]["shop/p0001"]

    def twice(body: Any) -> Any:
        other = json.loads(json.dumps(now))
        other["metadata"]["resourceVersion"] = str(int(now["metadata"]["resourceVersion"]) + by)
        other["metadata"]["labels"]["word"] = "then" if by < 0 else "now" if by == 0 else "later"
        return body | {"items": [other, *body["items"], other]}

    async def later(_: Misbehaving, request: Request, reply: Reply) -> None:
        if by > 0:
            server.pod("p0001", "later", node="n1")
        await edited(twice)(server, request, reply)

    server.fault("pods page", "twice", later)
    await lists_again(stage)
    await stage.performed("twice")
    await stage.agreed()
    stage.said_old("pods", "410")
    stage.requests_under(2, "pods list")


@provokes("L16")
async def versions_that_are_no_numbers(stage: Stage) -> None:
    """They are compared with nothing: first the list, then the watch, and what is said last is true."""
    server = stage.server

    def opaque(text: bytes) -> bytes:
        return re.sub(rb'"resourceVersion":"(\d+)"', rb'"resourceVersion":"v\1-x"', text)

    async def listed(_: Misbehaving, request: Request, reply: Reply) -> None:
        await reply.whole(opaque(body_of(server, request)))

    class Opaque(Reply):
        async def send(self, data: bytes) -> None:
            await super().send(opaque(data))

    async def watched(_: Misbehaving, request: Request, reply: Reply) -> None:
        assert re.fullmatch(r"v\d+-x", request.params["resourceVersion"])
        request.params["resourceVersion"] = request.params["resourceVersion"][1:-2]
        server.performed["opaque"] += 1
        await server.answer(request, Opaque(reply.writer, reader=reply.reader))

    server.fault("pods list", "listed", listed, times=10)
    server.fault("pods watch", "watched", watched, times=10)
    await stage.open()
    await stage.agreed()
    server.remove("pods", "shop/p0001")
    server.pod("p0002", "a second time", node="n2")
    await stage.agreed()
    server.shelves["pods"].pop("shop/p0003")
    await lists_again(stage)
    await stage.agreed()
    await stage.performed("opaque", 2)
    stage.said_old("pods", "410")
    stage.requests_under(2, "pods list")


def odd_pods() -> list[Any]:
    """Pods as no test would think of them, and as clusters have them."""
    look_alike = '},{"metadata":{"name":"p9999","namespace":"shop"}},{"metadata":{"'
    names = {"metadata": {"name": "p9998", "namespace": "shop", "uid": "no"}}
    made = []
    said: tuple[dict[str, Any], ...] = (
        {"unknown": {"deep": [names, {"items": [names, names]}]}, "spec": {"unknown": [1.5e300, -0.0, "\ud7ff"]}},
        {"metadata": {"annotations": None, "ownerReferences": None, "deletionTimestamp": None, "finalizers": None}},
        {"status": None},
        {"spec": {"priority": "12", "terminationGracePeriodSeconds": 30.0, "hostNetwork": None}},
        {"metadata": {"annotations": {"all": "x" * 1_500_000}}},
        {"metadata": {"annotations": {"text": look_alike * 50, '"},{"': "\\"}}},
        {
            "status": {
                "phase": "Running",
                "containerStatuses": [{"name": "app", "restartCount": "3", "state": None}],
            }
        },
    )
    for number, more in enumerate(said):
        pod = raw_pod(f"z-odd{number}", node="n1")
        pod["metadata"]["labels"] = {"word": "odd"}
        for part, told in more.items():
            pod[part] = {**pod.get(part, {}), **told} if isinstance(told, dict) else told
        made.append(pod)
    return made


@provokes("L17", pods=2000)
async def objects_as_clusters_have_them(stage: Stage) -> None:
    half = asyncio.Event()
    for odd in odd_pods():
        stage.server.apply("pods", odd)
    stage.server.fault("pods list", "odd", held(half))
    await stage.open()
    await stage.until(lambda: bool(stage.seen) and stage.seen[-1].shown > 100, "shown while it comes")
    half.set()
    await stage.performed("odd")
    await stage.agreed()
    stage.never_said_old()
    assert not any("could not be read" in one.header for one in stage.seen)
    stage.requests_under(1, "pods list")


DEFLATE = {"Content-Encoding": "deflate"}


def in_chunks(body: bytes) -> list[bytes]:
    """Of a size that suits no member."""
    return [body[at : at + 99] for at in range(0, len(body), 99)]


PACKED = {
    "gzip although identity was asked for": (False, compressed(gzip.compress)),
    "identity although gzip was asked for": (True, pieces(lambda body: [body])),
    "gzip in several members": (True, compressed(members)),
    "gzip in several members, chunked": (True, pieces(lambda body: in_chunks(members(body)), GZIP)),
    "deflate, which nobody asked for": (False, pieces(lambda body: [zlib.compress(body)], DEFLATE)),
}


@provokes("L18", each=PACKED, pods=700)
async def compressed_or_not(stage: Stage, given: tuple[bool, Fault]) -> None:
    asks, fault = given
    stage.compressing = asks
    for kind in ("pods list", "pods page"):
        stage.server.fault(kind, "packed", fault)
    await stage.open()
    await stage.performed("packed", 2)
    await stage.agreed()
    stage.never_said_old()
    asked = {one.headers["accept-encoding"] for one in stage.server.requests if one.kind == "pods list"}
    assert asked == {"gzip" if asks else "identity"}
    stage.requests_under(1, "pods list")


NAIVE_SURVIVES |= {f"L18 compressed or not: {name}": "its HTTP client knows gzip as well" for name in PACKED}
WANTS_GZIP = lying(lambda request: "gzip" in request.headers.get("accept-encoding", ""))
LIES = {
    "plain, said to be gzip, to all who want it": WANTS_GZIP,
    "gzip, not said to be": compressed(gzip.compress, said=False),
    "noise, said to be gzip": compressed(lambda body: b"\x1f\x8b" + body),
}


@provokes("L18", each=LIES, pods=700)
async def lies_about_gzip(stage: Stage, fault: Fault) -> None:
    """Where gzip is not what it should be, it is asked for no more: a proxy that spoils it does so for ever."""

    async def to_those_who_want_gzip(_: Misbehaving, request: Request, reply: Reply) -> None:
        if "gzip" not in request.headers.get("accept-encoding", ""):
            await stage.server.answer(request, reply)
            return
        stage.server.performed["lies"] += 1
        await fault(stage.server, request, reply)

    stage.compressing = True
    for kind in ("pods list", "pods page"):
        stage.server.fault(kind, "perhaps", to_those_who_want_gzip, times=100)
    await stage.open()
    await stage.performed("lies")
    await stage.agreed()
    stage.said_old("pods", "")
    assert not stage.transport.compress
    stage.requests_under(4, "pods list")


@provokes("L19", each={"307": 307, "302": 302, "308": 308})
async def a_redirect_to_the_same_server(stage: Stage, code: int) -> None:
    stage.server.fault("pods list", "moved", redirected("", code))
    stage.server.moves = True
    stage.server.token = "secret"
    await stage.open()
    await stage.performed("moved")
    await stage.agreed()
    stage.never_said_old()
    moved = [one for one in stage.server.requests if one.path.startswith("/moved")]
    assert [one.headers.get("authorization") for one in moved] == ["Bearer secret"]
    stage.requests_under(1, "pods list")


NAIVE_SURVIVES |= {
    f"L19 a redirect to the same server: {code}": "its HTTP client follows redirects as well"
    for code in (307, 302, 308)
}


@provokes("L19", each={"307": 307, "301": 301})
async def a_redirect_to_another_server(stage: Stage, code: int) -> None:
    """It is never followed: whoever is there would be shown our token, or tell us of another cluster."""
    stage.server.token = "secret"
    async with misbehaving(1) as other:
        stage.server.fault("pods list", "moved", redirected(other.url, code), times=2)
        await stage.open()
        await stage.performed("moved", 2)
        await stage.agreed()
        assert not other.requests
    stage.said_old("pods", "where nodeview does not go")
    stage.requests_under(3, "pods list")


@provokes("L19")
async def a_redirect_in_a_circle(stage: Stage) -> None:
    stage.server.fault("pods list", "circle", redirected(""))
    stage.server.fault("other", "circle", redirected(""), times=50)
    await stage.open()
    await stage.performed("circle", 2)
    await stage.until(lambda: "lagging" in str(stage.reasons("pods")))
    stage.server._faults.clear()
    await stage.agreed()
    stage.said_old("pods", "in a circle")
    stage.requests_under(2, "pods list")
    stage.requests_under(12, "other")
