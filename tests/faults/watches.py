"""What a watch can say, and how it can end."""

from __future__ import annotations

import asyncio

from tests.faults.catalogue import provokes
from tests.faults.stage import STREAMS, Stage
from tests.faults.watching_stage import PLURALS, bookmarked, error, event, said_of_one, watched, watches
from tests.wire.misbehaving import Fault, Misbehaving, Reply, Request, saying, status

HALF = b'{"type":"MODIFIED","object":{"metadata":{"name":"p0001","namespace":"shop","resourceVersion":"99999"'


# What a watch says


@provokes("W1")
async def all_kinds_of_events_and_odd_bookmarks(stage: Stage) -> None:
    await stage.open()
    await watched(stage)
    stage.server.pod("new", "made")
    stage.server.pod("p0001", "changed")
    stage.server.remove("pods", "shop/p0002")
    await stage.until(lambda: not stage.differences())
    stage.server.version = 5000
    stage.server.bookmark_of("pods")
    await stage.until(lambda: stage.naive or (stage.frame is not None and bookmarked(stage, "pods")))
    stage.server.expire()  # who goes on from before the bookmark is answered with 410
    stage.server.cut_all()
    stage.server.performed["cut"] += 1
    await stage.performed("cut")
    await stage.agreed()
    said_of_one(stage, "broke off")
    assert stage.server.count("pods list") == 1
    assert [one.params["resourceVersion"] for one in stage.server.requests if one.kind == "pods watch"][1] == "5001"
    stage.requests_under(3, "pods watch")


async def ends_in_time(server: Misbehaving, request: Request, reply: Reply) -> None:
    """A proper watch for a moment, and its proper end."""
    await reply.start()
    await asyncio.sleep(0.1)
    await reply.end()


@provokes("W2")
async def a_clean_end(stage: Stage) -> None:
    for plural in PLURALS:
        stage.server.fault(f"{plural} watch", "ended", ends_in_time, times=2)
    await stage.open()
    await stage.performed("ended", 2 * len(PLURALS))
    await stage.agreed()
    stage.never_said_old()
    lengths = {one.params["timeoutSeconds"] for one in watches(stage)}
    assert len(lengths) > 8, f"all at the same time: {lengths}"
    stage.requests_under(STREAMS * 4 + 2)


ENDS: dict[str, tuple[str, Fault]] = {
    "cut in a line": ("W3", saying(HALF, ends="cut")),
    "ended in a line": ("W3", saying(HALF)),
    "reset": ("W4", saying(ends="reset")),
    "reset in a line": ("W4", saying(HALF, ends="reset")),
}


async def _ends_badly(stage: Stage, fault: Fault) -> None:
    stage.server.fault("pods watch", "ended badly", fault, times=2)
    await stage.open()
    await stage.performed("ended badly", 2)
    await stage.agreed()
    stage.said_old("pods", "cut off" if fault is ENDS["ended in a line"][1] else "broke off")
    assert stage.server.count("pods list") == 1, "nothing was missed"
    stage.requests_under(4, "pods watch")


@provokes("W3", each={name: fault for name, (fault_id, fault) in ENDS.items() if fault_id == "W3"})
async def a_watch_ends_in_the_middle_of_a_line(stage: Stage, fault: Fault) -> None:
    await _ends_badly(stage, fault)


@provokes("W4", each={name: fault for name, (fault_id, fault) in ENDS.items() if fault_id == "W4"})
async def a_watch_is_reset(stage: Stage, fault: Fault) -> None:
    await _ends_badly(stage, fault)


# Versions that are too old, and refusals


GONE: dict[str, bytes] = {
    "410 Expired": error(410, "Expired", "too old resource version: 1 (2)"),
    "410 Gone": error(410, "Gone"),
    "410 alone": error(410),
    "Expired without a code": error(0, "Expired"),
    "neither reason nor code": b'{"type":"ERROR","object":{}}\n',
    "nothing": b'{"type":"ERROR","object":null}\n',
}


@provokes("W7")
async def a_watch_from_too_old_a_version(stage: Stage) -> None:
    await stage.open()
    await watched(stage)
    stage.server.remove("pods", "shop/p0001")
    await stage.until(lambda: not stage.differences())
    stage.server.fault("pods watch", "410", status(410, "Expired", "too old resource version"))
    stage.server.shelves["pods"].pop("shop/p0002")  # deleted, and no watch will ever say so
    stage.server.version += 1
    stage.server.cut_all()
    await stage.performed("410")
    await stage.agreed()
    stage.said_old("pods", "too old resource version")
    stage.requests_under(2, "pods list")
    stage.requests_under(3, "pods watch")


@provokes("W8", each=GONE)
async def an_error_event_ends_a_watch(stage: Stage, line: bytes) -> None:
    await _fails_with(stage, line)
    stage.said_old("pods", "The API server answered")


INTERNAL: dict[str, bytes] = {
    "InternalError": error(500, "InternalError", "etcdserver: no leader"),
    "StoreReadError": error(500, "StoreReadError", "failed to read shop/p0002: data from the storage is not decodable"),
}


@provokes("W9", each=INTERNAL)
async def an_internal_error_event(stage: Stage, line: bytes) -> None:
    """The object that cannot be read any more is removed without a word: only a list shows that."""
    await _fails_with(stage, line)
    stage.said_old("pods", "The API server answered 500")


async def _fails_with(stage: Stage, line: bytes) -> None:
    """A watch says an error that only a list can mend."""
    await stage.open()
    await watched(stage)
    stage.server.shelves["pods"].pop("shop/p0002")
    stage.server.version += 1
    stage.server.say_of("pods", line)
    stage.server.performed["ERROR"] += 1
    await stage.performed("ERROR")
    await stage.until(lambda: stage.server.count("pods list") == 2)
    await stage.agreed()
    stage.requests_under(2, "pods list")
    stage.requests_under(2, "pods watch")


TOO_MANY: dict[str, Fault] = {
    "status": status(429, "TooManyRequests", "slow down", headers={"Retry-After": "0.1"}),
    "status without Retry-After": status(429, "TooManyRequests", "slow down"),
    "event": saying(error(429, "TooManyRequests", "slow down", details={"retryAfterSeconds": 0.1})),
}


@provokes("W10", each=TOO_MANY)
async def too_many_requests(stage: Stage, fault: Fault) -> None:
    stage.server.fault("pods watch", "429", fault, times=5)
    await stage.open()
    await stage.performed("429", 5)
    await stage.agreed()
    stage.said_old("pods", "slow down")
    assert stage.server.count("pods list") == 1, "429 brings no list"
    stage.requests_under(7, "pods watch")


@provokes("W11")
async def credentials_are_rejected_in_mid_life(stage: Stage) -> None:
    await stage.open()
    await watched(stage)
    stage.server.token = "another"
    stage.server.cut_all()
    await stage.performed("unauthorized", len(PLURALS))
    await asyncio.sleep(0.3)
    stage.requests_under(STREAMS * 2 + 2 + STREAMS * 2 * 3)
    stage.server.token = ""
    await stage.agreed()
    said_of_one(stage, "rejects the credentials")
    stage.requests_under(1, "pods list")


FORBIDDEN: dict[str, Fault] = {
    "status": status(403, "Forbidden", "pods is forbidden: no watch"),
    "event": saying(error(403, "Forbidden", "pods is forbidden: no watch")),
}


@provokes("W11", each=FORBIDDEN)
async def watching_is_forbidden_for_a_while(stage: Stage, fault: Fault) -> None:
    stage.server.fault("pods watch", "403", fault, times=2)
    await stage.open()
    await stage.performed("403", 2)
    await stage.agreed()
    stage.said_old("pods", "pods is forbidden", state="forbidden")
    stage.requests_under(1, "pods list")
    stage.requests_under(4, "pods watch")


# What is not true, and what is not JSON


@provokes("W15")
async def events_come_twice_and_late(stage: Stage) -> None:
    await stage.open()
    await watched(stage)
    old = stage.server.version
    stage.server.pod("p0001", "newest")
    stage.server.pod("p0002", "newest")
    stage.server.remove("pods", "shop/p0003")
    replays = [
        event("MODIFIED", "p0001", old - 1, "older"),
        event("ADDED", "p0002", old - 2, "synthetic, out of order"),
        event("DELETED", "p0002", old - 1, "of before"),
        stage.server.logs["pods"][-3][1],
        stage.server.logs["pods"][-3][1],
    ]
    for line in replays:
        stage.server.say_of("pods", line)
    stage.server.performed["replay"] += len(replays)
    await stage.performed("replay", 5)
    await stage.agreed()
    stage.never_said_old()
    stage.requests_under(1, "pods list")
    stage.requests_under(1, "pods watch")


STRANGE: dict[str, bytes] = {
    "an unknown type": event("SURPRISE", "p0001", 90_000, "surprised"),
    "a wrong kind": event("MODIFIED", "p0001", 90_000, "of another kind", kind="Service", apiVersion="v1"),
    "a wrong kind, deleted": event("DELETED", "p0001", 90_000, kind="Service", apiVersion="v1"),
    "a Table": b'{"type":"MODIFIED","object":{"kind":"Table","metadata":{},"rows":[]}}\n',
}


@provokes("W16", each=STRANGE)
async def something_strange_is_said(stage: Stage, line: bytes) -> None:
    await stage.open()
    await watched(stage)
    stage.server.say_of("pods", line)
    stage.server.performed["strange"] += 1
    await stage.performed("strange")
    await stage.agreed()
    stage.never_said_old()
    stage.requests_under(1, "pods list")
    stage.requests_under(1, "pods watch")


BROKEN: dict[str, bytes] = {
    "not JSON": b'{"type":"MODIFIED","object":{nonsense}}\n',
    "a bare word": b"upstream connect error\n",
}
UNSAID: dict[str, bytes] = {
    "an empty line": b"\n",
    "blank lines": b"\r\n \n\n\n",
    "a name in invalid UTF-8": b'{"type":"ADDED","object":{"metadata":{"name":"\xff\xfe","resourceVersion":"1"}}}\n',
}


@provokes("W17", each=BROKEN)
async def a_line_is_not_json(stage: Stage, line: bytes) -> None:
    stage.server.fault("pods watch", "broken", saying(line))
    await stage.open()
    await stage.performed("broken")
    await stage.agreed()
    stage.said_old("pods", "not JSON")
    stage.requests_under(2, "pods list")
    stage.requests_under(2, "pods watch")


@provokes("W17", each=UNSAID)
async def a_line_says_nothing(stage: Stage, line: bytes) -> None:
    await stage.open()
    await watched(stage)
    stage.server.say_of("pods", line)
    stage.server.performed["unsaid"] += 1
    await stage.performed("unsaid")
    await stage.agreed()
    stage.never_said_old()
    stage.requests_under(1, "pods list")
    stage.requests_under(1, "pods watch")
