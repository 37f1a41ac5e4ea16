"""Lists that are odd, paged, expired or refused."""

from __future__ import annotations

import asyncio
import email.utils
import json
import time
from itertools import pairwise
from typing import Any

from tests.faults.bodies import edited, slow
from tests.faults.catalogue import provokes
from tests.faults.stage import Stage
from tests.wire.misbehaving import Fault, Misbehaving, Reply, Request, html, status


async def lists_again(stage: Stage) -> None:
    """Break the watches, and let the server forget all history, so that everything has to be listed again."""
    stage.server.version += 1
    stage.server.expire()
    stage.server.cut_all()


async def properly(server: Misbehaving, request: Request, reply: Reply) -> None:
    """What is no fault of the answer, but of what is true."""
    await server.answer(request, reply)


def items(said: Any) -> Fault:
    """An empty list, said so."""

    def edit(body: Any) -> Any:
        assert not body["items"]
        return body | {"items": said}

    return edited(edit)


@provokes("L1", each={"[]": items([]), "null": items(None)})
async def a_cluster_that_was_emptied_meanwhile(stage: Stage, fault: Fault) -> None:
    await stage.open()
    await stage.agreed()
    for key in list(stage.server.shelves["pods"]):
        stage.server.shelves["pods"].pop(key)
    stage.server.fault("pods list", "empty", fault)
    await lists_again(stage)
    await stage.performed("empty")
    await stage.agreed(stir=False)
    await stage.agreed()
    stage.said_old("pods", "410")
    stage.requests_under(2, "pods list")


@provokes("L1", each={"[]": items([]), "null": items(None)}, pods=0)
async def an_empty_cluster(stage: Stage, fault: Fault) -> None:
    stage.server.fault("pods list", "empty", fault)
    stage.server.fault("pods watch", "gone", status(410, "Expired"))
    await stage.open()
    await stage.performed("empty")
    await stage.agreed()
    stage.said_old("pods", "410")
    stage.requests_under(2, "pods list")


@provokes("L1")
async def a_list_without_items_does_not_empty_the_picture(stage: Stage) -> None:
    """No API server leaves them out, so whatever this is, it is not believed."""
    await stage.open()
    await stage.agreed()
    bare = edited(lambda body: {"kind": "PodList", "metadata": body["metadata"]})
    stage.server.fault("pods list", "no items", bare)
    await lists_again(stage)
    await stage.performed("no items")
    await stage.agreed()
    assert min(one.shown for one in stage.seen[-3:]) > 8
    stage.said_old("pods", "it is not a list")
    stage.requests_under(3, "pods list")


@provokes("L2")
async def all_but_one_are_gone(stage: Stage) -> None:
    async def one(server: Misbehaving, request: Request, reply: Reply) -> None:
        assert len(server.objects_of(request)) == 1
        await server.answer(request, reply)

    await stage.open()
    await stage.agreed(stir=False)
    for key in list(stage.server.shelves["pods"])[1:]:
        stage.server.shelves["pods"].pop(key)
    stage.server.fault("pods list", "one item", one)
    await lists_again(stage)
    await stage.performed("one item")
    await stage.agreed(stir=False)
    await stage.agreed()
    stage.said_old("pods", "410")
    stage.requests_under(2, "pods list")


@provokes("L4", pods=1800)
async def pages_are_read_while_the_watch_is_heard(stage: Stage) -> None:
    server = stage.server
    watched = asyncio.Event()

    async def after_the_watch(_: Misbehaving, request: Request, reply: Reply) -> None:
        await watched.wait()
        await server.answer(request, reply)

    server.fault("pods page", "page", after_the_watch, times=2)
    await stage.open()
    await stage.until(lambda: server.count("pods watch") == 1, "a watch before the last page")
    server.pod("p0001", "told by the watch", node="n1")
    await stage.until(lambda: any("told by the watch" in one for one in _words(stage)), "shown before the last page")
    assert server.performed["page"] == 0
    watched.set()
    await stage.performed("page", 2)
    await stage.agreed()
    stage.never_said_old()
    asked = [request.params["limit"] for request in server.requests if request.kind in ("pods list", "pods page")]
    assert asked == ["500", "1000", "2000"]
    stage.requests_under(1, "pods list")
    stage.requests_under(2, "pods page")


def _words(stage: Stage) -> list[str]:
    nodes = stage.frame.view.nodes.values() if stage.frame else ()
    return [dict(pod.labels).get("word", "") for view in nodes for pod in view.pods]


@provokes("L5", each={"with a fresh token": True, "without": False}, pods=1200)
async def a_page_has_expired(stage: Stage, fresh: bool) -> None:
    server = stage.server

    async def gone(_: Misbehaving, request: Request, reply: Reply) -> None:
        """The token is too old; the fresh one goes on where it was, in what is true by now."""
        server.pod("p0001", "changed behind the page", node="n1")
        server.remove("pods", "shop/p0002")
        server.pod("p0000", "new before the page", node="n1")
        server.remove("pods", "shop/p0700")
        server.pod("p0701", "changed before it was read", node="n2")
        server.pod("p0700a", "new behind", node="n2")
        rest = server._snapshots.pop(request.params["continue"])[1]
        start = f"shop/{rest[0]['metadata']['name']}"
        things = server.shelves["pods"]
        said = {"kind": "Status", "status": "Failure", "code": 410, "reason": "Expired", "message": "too old"}
        if fresh:
            server._snapshots["fresh"] = (server.version, [things[key] for key in sorted(things) if key >= start])
            said |= {"metadata": {"continue": "fresh"}}
        await reply.whole(_json(said), 410)

    server.fault("pods page", "expired", gone)
    await stage.open()
    await stage.performed("expired")
    await stage.agreed()
    if fresh:
        stage.never_said_old()
    else:
        stage.said_old("pods", "410 Expired")
    stage.requests_under(1 if fresh else 2, "pods list")
    stage.requests_under(2, "pods page")


@provokes("L5", pods=1200)
async def a_page_has_expired_and_so_has_the_watch(stage: Stage) -> None:
    """The fresh token alone would miss what happened between the pages: everything is listed again."""
    server = stage.server

    async def gone(_: Misbehaving, request: Request, reply: Reply) -> None:
        server.remove("pods", "shop/p0002")
        things = server.shelves["pods"]
        server._snapshots["fresh"] = (server.version, [things[key] for key in sorted(things)][500:])
        server.oldest = server.version
        said = {"code": 410, "reason": "Expired", "message": "too old", "metadata": {"continue": "fresh"}}
        await reply.whole(_json(said), 410)

    async def held(_: Misbehaving, request: Request, reply: Reply) -> None:
        await stage.until(lambda: server.performed["expired"] > 0)
        await status(410, "Expired", "too old")(server, request, reply)

    server.fault("pods page", "expired", gone)
    server.fault("pods watch", "expired too", held)
    await stage.open()
    await stage.performed("expired")
    await stage.performed("expired too")
    await stage.agreed()
    stage.said_old("pods", "410 Expired")
    stage.requests_under(2, "pods list")


@provokes("L6")
async def the_first_page_of_a_first_list_has_expired(stage: Stage) -> None:
    stage.server.fault("pods list", "expired", status(410, "Expired", "too old"))
    await stage.open()
    await stage.performed("expired")
    await stage.agreed()
    stage.said_old("pods", "410 Expired: too old")
    stage.requests_under(2, "pods list")


@provokes("L6")
async def what_is_known_has_expired_for_lists_as_well(stage: Stage) -> None:
    server = stage.server
    await stage.open()
    await stage.agreed()
    server.shelves["pods"].pop("shop/p0001")
    server.fault("pods list", "expired", status(410, "Expired", "not even a list"))
    await lists_again(stage)
    await stage.performed("expired")
    await stage.agreed()
    stage.said_old("pods", "410 Expired: not even a list")
    lists = [request.params for request in server.requests if request.kind == "pods list"]
    assert lists[1]["resourceVersionMatch"] == "NotOlderThan"
    assert "resourceVersion" not in lists[2]
    stage.requests_under(3, "pods list")


def too_large(**said: Any) -> Fault:
    """The server is behind the version that we asked for."""

    async def fault(server: Misbehaving, request: Request, reply: Reply) -> None:
        await reply.whole(_json({"kind": "Status", "code": 504, "reason": "Timeout"} | said), said.get("code", 504))

    return fault


BEHIND = "Too large resource version: 900, current: 90"
TOO_LARGE = {
    "cause by type": too_large(message="timeout", details={"causes": [{"reason": "ResourceVersionTooLarge"}]}),
    "cause by message": too_large(message="timeout", details={"causes": [{"message": "Too large resource version"}]}),
    "message": too_large(message=BEHIND),
    "429": too_large(code=429, reason="TooManyRequests", message=BEHIND, details={"retryAfterSeconds": 1}),
}


@provokes("L7", each=TOO_LARGE)
async def a_server_behind_what_we_know(stage: Stage, fault: Fault) -> None:
    server = stage.server
    await stage.open()
    await stage.agreed()
    server.shelves["pods"].pop("shop/p0001")
    server.fault("pods list", "too large", fault)
    await lists_again(stage)
    await stage.performed("too large")
    await stage.agreed()
    stage.said_old("pods", "The API server answered")
    lists = [request.params for request in server.requests if request.kind == "pods list"]
    assert ["resourceVersion" in params for params in lists] == [False, True, False]
    stage.requests_under(3, "pods list")


@provokes("L9", pods=700)
async def the_server_aborts_whatever_takes_too_long(stage: Stage) -> None:
    """Pages become as small as this server needs them, and stay so: half of all requests may not be in vain."""
    for kind in ("pods list", "pods page"):
        stage.server.fault(kind, "aborted or small", slow(130), times=1000)
    await stage.open()
    await stage.until(lambda: len(stage.server.requests) > 10)
    await stage.agreed()
    await stage.performed("aborted or small", 3)
    stage.said_old("pods", "broke off")
    limits = [int(one.params["limit"]) for one in stage.server.requests if one.kind in ("pods list", "pods page")]
    assert limits[:3] == [500, 250, 125]
    assert set(limits[3:]) == {125}
    stage.requests_under(3, "pods list")
    stage.requests_under(5, "pods page")


ANSWERS = {
    f"{code} with {what}": (fault, f"The API server answered {code}")
    for code in (500, 502, 503)
    for what, fault in {
        "HTML": html(code),
        "nothing": html(code, b""),
        "a Status": status(code, "InternalError", "etcd is slow"),
    }.items()
}


@provokes("L10", each=ANSWERS)
async def a_first_page_is_refused(stage: Stage, given: tuple[Fault, str]) -> None:
    fault, reason = given
    stage.server.fault("pods list", "refused", fault, times=3)
    await stage.open()
    await stage.performed("refused", 3)
    await stage.agreed()
    stage.said_old("pods", reason)
    stage.requests_under(4, "pods list")


@provokes("L10", each=ANSWERS, pods=700)
async def a_later_page_is_refused(stage: Stage, given: tuple[Fault, str]) -> None:
    fault, reason = given
    stage.server.fault("pods page", "refused", fault, times=2)
    await stage.open()
    await stage.performed("refused", 2)
    await stage.agreed()
    stage.said_old("pods", reason)
    stage.requests_under(1, "pods list")
    stage.requests_under(3, "pods page")


def busy(retry_after: str = "", **details: Any) -> Fault:
    """429, and when to come again."""

    async def fault(server: Misbehaving, request: Request, reply: Reply) -> None:
        said = {"kind": "Status", "code": 429, "reason": "TooManyRequests", "message": "busy", "details": details}
        until = email.utils.formatdate(time.time() + 2, usegmt=True) if retry_after == "a date" else retry_after
        await reply.whole(_json(said), 429, {"Retry-After": until} if until else None)

    return fault


BUSY = {
    "in seconds": (busy("1"), 0.25),
    "an hour, which is more than we wait": (busy("3600"), 0.25),
    "as a float": (busy("0.2"), 0.2),
    "as a date": (busy("a date"), 0.25),
    "as a date that has passed": (busy("Wed, 21 Oct 2015 07:28:00 GMT"), 0.0),
    "in the Status alone": (busy(retryAfterSeconds=1), 0.25),
    "as nonsense": (busy("soon"), 0.0),
    "without": (busy(), 0.0),
}


@provokes("L11", each=BUSY, retry_after_most=0.25)
async def the_server_is_busy(stage: Stage, given: tuple[Fault, float]) -> None:
    fault, least = given
    stage.server.fault("pods list", "busy", fault, times=3)
    await stage.open()
    await stage.performed("busy", 3)
    await stage.agreed()
    stage.said_old("pods", "429 TooManyRequests: busy")
    at = [request.at for request in stage.server.requests if request.kind == "pods list"]
    assert all(later - sooner >= least for sooner, later in pairwise(at))
    stage.requests_under(4, "pods list")


@provokes("L15", pods=700)
async def the_cluster_changes_while_its_pages_come_and_history_is_short(stage: Stage) -> None:
    """What was deleted meanwhile would be missed by who watches only after the last page."""
    server = stage.server

    async def late(_: Misbehaving, request: Request, reply: Reply) -> None:
        server.pod("p0001", "changed behind the page", node="n1")
        server.remove("pods", "shop/p0002")
        server.remove("pods", "shop/p0600")
        server.pod("p0601", "changed before it was read", node="n2")
        server.pod("p0000", "new behind the page", node="n1")
        server.pod("p9999", "new before it was read", node=None)
        await asyncio.sleep(0.05)
        await server.answer(request, reply)
        server.oldest = server.version

    server.fault("pods page", "late", late)
    await stage.open()
    await stage.performed("late")
    await stage.agreed()
    stage.never_said_old()
    stage.requests_under(1, "pods list")


@provokes("L20")
async def a_crd_comes_and_goes(stage: Stage) -> None:
    server = stage.server
    server.missing.add("nodepools")
    server.fault("nodepools list", "missing", properly, times=2)
    await stage.open()
    await stage.performed("missing", 2)
    await stage.agreed()
    server.missing.clear()
    server.apply("nodepools", {"metadata": {"name": "general", "uid": "pool-1"}, "spec": {"template": {"spec": {}}}})
    await stage.agreed()
    server.missing.add("nodepools")
    server.shelves["nodepools"].clear()
    server.fault("nodepools watch", "removed", properly)
    server.cut_all()
    await stage.performed("removed")
    await stage.agreed()
    stage.said_old("nodepools.karpenter.sh", "does not serve", state="absent")
    stage.requests_under(14, "nodepools")


def _json(said: Any) -> bytes:
    return json.dumps(said).encode()
