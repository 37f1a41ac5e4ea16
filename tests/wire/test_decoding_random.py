"""Bytes that a network has changed: what is told is what they say, or an error is raised; never something else.

A byte that changes inside a string of JSON leaves JSON, and nobody can see it. So what is told is held against what
Python's own parser makes of the same bytes, and where they are no JSON at all, against what was sent.
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nodeview.errors import Incomplete
from nodeview.records import NODES, PODS, Batch, Resource, ServerVersion
from nodeview.wire.events import read_events
from nodeview.wire.splitter import MALFORMED, LineSplitter, ListSplitter
from tests.raw import raw_node, raw_pod

SERVER = ServerVersion(1, 34, "v1.34.2")
STRUCTURE = b'{}[]",:\\\n'
SEEDS = st.integers(0, 2**32)


class Told(NamedTuple):
    """What of an object is compared."""

    name: str
    uid: str
    version: str


class Heard(NamedTuple):
    """What came of some bytes."""

    told: list[Told]
    unread: int
    failed: bool


def of_batch(batch: Batch[Any]) -> list[Told]:
    pairs = zip(batch.records, batch.versions, strict=True)
    return [Told(record.key.name, record.uid, str(version)) for record, version in pairs]


def of_json(item: Any) -> Told | None:
    """As Python reads it; None where it is no object with a name."""
    metadata = item.get("metadata") if isinstance(item, dict) else None
    if not isinstance(metadata, dict) or not isinstance(metadata.get("name"), str):
        return None
    uid, version = metadata.get("uid"), metadata.get("resourceVersion")
    number = int(version) if isinstance(version, str) and version.isascii() and version.isdecimal() else 0
    return Told(metadata["name"], uid if isinstance(uid, str) else "", str(number))


def objects(rng: random.Random) -> tuple[Resource[Any], list[dict[str, Any]]]:
    """Some nodes or pods, with what looks like a boundary inside of them."""
    count = rng.randint(1, 12)
    if rng.random() < 0.5:
        return NODES, [raw_node(f"n{n}", n + 1, labels={"odd": '"},{"metadata":{"name":"x'}) for n in range(count)]
    return PODS, [raw_pod(f"p{n}", n + 1, node=rng.choice([None, "n1"])) for n in range(count)]


def spoiled(body: bytes, rng: random.Random, times: int) -> bytes:
    """The body after so many accidents: a byte flipped or replaced, some dropped, repeated, or the rest lost."""
    for _ in range(times):
        body = _hit(body, rng) if body else body
    return body


def _hit(body: bytes, rng: random.Random) -> bytes:
    at, span, other = rng.randrange(len(body)), rng.choice([1, 1, 1, 2, 9, 40]), bytes([rng.choice(STRUCTURE)])
    before, after = body[:at], body[at + 1 :]
    match rng.choice(["flip", "structure", "drop", "repeat", "truncate", "insert"]):
        case "flip":
            return before + bytes([body[at] ^ (1 << rng.randrange(8))]) + after
        case "structure":
            return before + other + after
        case "drop":
            return before + body[at + span :]
        case "repeat":
            return body[: at + span] + body[at:]
        case "truncate":
            return before
        case _:
            return before + other + body[at:]


def pieces(body: bytes, rng: random.Random) -> list[bytes]:
    """The body in any chunks."""
    cuts = sorted(rng.randrange(len(body) + 1) for _ in range(rng.choice([0, 3, 40])))
    return [body[start:end] for start, end in pairwise([0, *cuts, len(body)])]


def is_subsequence(told: Sequence[Told], all_: Sequence[Told | None]) -> bool:
    """In this order, maybe with others between."""
    rest = iter(all_)
    return all(any(one == other for other in rest) for one in told)


# A list


def read_list(resource: Resource[Any], chunks: list[bytes], array_bytes: int) -> Heard:
    """As a lister reads it."""
    splitter = ListSplitter(resource.reader(SERVER), array_bytes)
    batches: list[Batch[Any]] = []
    failed = False
    try:
        for chunk in chunks:
            batches += splitter.feed(chunk)
        last = splitter.finish()
        batches += [] if last is None else [last]
    except Incomplete:
        failed = True
    told = [one for batch in batches for one in of_batch(batch)]
    return Heard(told, sum(len(batch.unread) for batch in batches), failed)


@given(SEEDS, st.integers(0, 3))
@settings(deadline=None, max_examples=400, derandomize=True)
def test_a_list_says_what_its_bytes_say_or_fails(seed: int, accidents: int) -> None:
    rng = random.Random(seed)
    resource, sent = objects(rng)
    parts = {"kind": "List", "metadata": {"resourceVersion": "42"}, "items": sent}
    order = rng.sample(sorted(parts), 3)
    body = json.dumps({name: parts[name] for name in order}, indent=rng.choice([None, 1])).encode()
    body = spoiled(body, rng, accidents)
    heard = read_list(resource, pieces(body, rng), rng.choice([30, 300, 3000]))
    before = [of_json(one) for one in sent]
    try:
        said = json.loads(body)
    except ValueError:
        assert sum(one not in before for one in heard.told) <= accidents, "only what was hit may be odd"
        if body.isascii():
            assert heard.failed, "no JSON, and nobody noticed"
        return
    if heard.failed:
        return  # our reader is stricter, of the items' kind or of numbers
    items = said["items"] or []
    assert len(heard.told) + heard.unread == len(items), "each is told, or counted"
    assert is_subsequence(heard.told, [of_json(one) for one in items])
    assert accidents or [*heard.told] == before


@pytest.mark.parametrize("before", [b'{"kind":"List" ', b"{,", b'{"kind":"List",,'])
def test_a_list_whose_head_is_no_json_is_no_list(before: bytes) -> None:
    items = json.dumps([raw_node(f"n{number}") for number in range(9)], separators=(",", ":")).encode()
    body = b'%b"items":%b,"metadata":{"resourceVersion":"42"}}' % (before, items)
    assert read_list(NODES, [body], 300).failed


# A watch


def read_watch(resource: Resource[Any], chunks: list[bytes]) -> tuple[Heard, bool]:
    """As a watcher reads it; and whether the last line was unfinished."""
    lines = LineSplitter()
    reader = resource.reader(SERVER)
    told: list[Told] = []
    unread, failed = 0, False
    try:
        for chunk in chunks:
            for event in read_events(lines.feed(chunk), reader):
                if event.batch is not None:
                    told += of_batch(event.batch)
                    unread += len(event.batch.unread)
    except MALFORMED:
        failed = True
    return Heard(told, unread, failed), bool(lines.held)


def line_of(item: Any, kind: str = "MODIFIED") -> bytes:
    return json.dumps({"type": kind, "object": item}, separators=(",", ":")).encode() + b"\n"


def expected(body: bytes) -> tuple[list[Told | None], bool]:
    """What the complete lines of this say until one that is no JSON; and whether there was one."""
    said: list[Told | None] = []
    for line in body.split(b"\n")[:-1]:
        if not line or line.isspace():
            continue
        try:
            event = json.loads(line)
        except ValueError:
            return said, True
        if not (isinstance(event, dict) and isinstance(event.get("type"), str) and "object" in event):
            return said, True
        if event["type"] in ("ADDED", "MODIFIED", "DELETED"):
            said.append(of_json(event["object"]))
    return said, False


@given(SEEDS, st.integers(0, 3))
@settings(deadline=None, max_examples=400, derandomize=True)
def test_a_watch_says_what_its_lines_say_or_fails(seed: int, accidents: int) -> None:
    rng = random.Random(seed)
    resource, sent = objects(rng)
    lines = [line_of(one, rng.choice(["ADDED", "MODIFIED", "DELETED"])) for one in sent]
    body = spoiled(b"".join(lines), rng, accidents)
    heard, unfinished = read_watch(resource, pieces(body, rng))
    said, broken = expected(body)
    assert unfinished == (not body.endswith(b"\n") and bool(body)) or heard.failed
    if broken and body.isascii():
        assert heard.failed, "a line is no event, and nobody noticed"
    if broken or heard.failed:
        assert is_subsequence(heard.told, said) or not body.isascii(), "nothing after it, and nothing else"
        return
    assert len(heard.told) + heard.unread == len(said)
    assert is_subsequence(heard.told, said)
    assert accidents or [*heard.told] == said


def test_one_line_with_two_objects_is_no_event() -> None:
    first, second = json.dumps(raw_node("a")).encode(), json.dumps(raw_node("b")).encode()
    line = b'{"type":"ADDED","object":%b,%b}\n' % (first, second)
    with pytest.raises(ValueError):
        json.loads(line)
    heard, _ = read_watch(NODES, [line])
    assert heard == Heard([], 0, True)


def test_two_lines_that_are_json_only_together_are_no_events() -> None:
    odd = json.dumps(raw_node("a") | {"odd": [1, {}]}, separators=(",", ":")).encode()
    cut = odd.index(b"[1,") + 2
    start = b'{"type":"ADDED","object":'
    body = b"%b%b}\n%b%b}\n" % (start, odd[:cut], start, odd[cut + 1 :])
    heard, _ = read_watch(NODES, [body])
    assert heard == Heard([], 0, True)
