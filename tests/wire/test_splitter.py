"""Cutting bytes: nothing lost, nothing twice, nothing torn, whatever the chunks."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nodeview.errors import Incomplete
from nodeview.wire.splitter import Head, LineSplitter, ListSplitter

NESTED = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.just('},{"metadata":{"name":'),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["metadata", "items", "a", 'b"]', "c}"]), inner, max_size=3)
        | st.lists(st.fixed_dictionaries({"metadata": inner}), min_size=2, max_size=3)
    ),
    max_leaves=12,
)
ITEMS = st.lists(st.fixed_dictionaries({"metadata": NESTED, "spec": NESTED}), max_size=12)
LAYOUTS = st.sampled_from([(None, (",", ":")), (2, (",", ": ")), (None, (", ", " : ")), (0, (",", ":"))])
ORDERS = st.permutations(["kind", "metadata", "items", "apiVersion"])


def body_of(items: Any, order: list[str], layout: tuple[int | None, tuple[str, str]], token: str = "next") -> bytes:
    """A list as a server may lay it out; only the metadata of the list itself counts."""
    metadata = {"resourceVersion": "42", "continue": token}
    parts = {"kind": "items", "metadata": metadata, "items": items, "apiVersion": "v1"}
    return json.dumps({name: parts[name] for name in order}, indent=layout[0], separators=layout[1]).encode() + b"\n"


def split(body: bytes, cuts: list[int], array_bytes: int = 60) -> tuple[list[Any], Head | None, int]:
    """All items, the head, and how many arrays they came in."""
    splitter: ListSplitter[list[Any]] = ListSplitter(msgspec.json.decode, array_bytes)
    items: list[Any] = []
    arrays = 0
    edges = [0, *sorted(cut % (len(body) + 1) for cut in cuts), len(body)]
    for start, end in pairwise(edges):
        for array in splitter.feed(body[start:end]):
            items += array
            arrays += 1
    items += splitter.finish() or []
    return items, splitter.head, arrays


@given(ITEMS, ORDERS, LAYOUTS, st.lists(st.integers(0, 10_000), max_size=30), st.integers(1, 400))
@settings(deadline=None, max_examples=120)
def test_any_list_in_any_chunks(
    items: list[Any], order: list[str], layout: tuple[int | None, tuple[str, str]], cuts: list[int], size: int
) -> None:
    found, head, _ = split(body_of(items, order, layout), cuts, size)
    assert found == items
    assert head == Head("42", "next")


@given(ITEMS, ORDERS, LAYOUTS, st.integers(0, 10_000), st.integers(1, 400))
@settings(deadline=None, max_examples=120)
def test_no_truncation_goes_unnoticed(
    items: list[Any], order: list[str], layout: tuple[int | None, tuple[str, str]], at: int, size: int
) -> None:
    body = body_of(items, order, layout)
    at %= len(body) - 1  # without its last line break a body is still whole
    with pytest.raises(Incomplete):
        split(body[:at], [at // 2], size)


@given(ITEMS, ORDERS, st.integers(0, 10_000), st.sampled_from(b'{}[]":,\x00\xff'), st.integers(1, 400))
@settings(deadline=None, max_examples=120)
def test_a_corrupted_byte_is_an_error_or_what_the_parser_makes_of_it(
    items: list[Any], order: list[str], at: int, byte: int, size: int
) -> None:
    body = bytearray(body_of(items, order, (None, (",", ":"))))
    body[at % len(body)] = byte
    try:
        expected = msgspec.json.decode(bytes(body))
    except msgspec.DecodeError:
        with pytest.raises(Incomplete):
            split(bytes(body), [], size)
        return
    except UnicodeDecodeError:
        return  # what is skipped is not looked at so closely
    try:
        found, _, _ = split(bytes(body), [], size)
    except Incomplete:
        return  # JSON, but no list any more
    assert found == (expected.get("items") or [])


def test_arrays_are_cut_while_the_body_arrives() -> None:
    items = [{"metadata": {"name": f"n{number}"}, "x": "y" * 100} for number in range(1000)]
    body = body_of(items, ["kind", "apiVersion", "metadata", "items"], (None, (",", ":")))
    splitter: ListSplitter[list[Any]] = ListSplitter(msgspec.json.decode, 10_000)
    found = list(splitter.feed(body[:50_000]))
    assert len(found) >= 4
    assert splitter.head == Head("42", "next")
    assert [item for array in found for item in array] == items[: sum(map(len, found))]


def test_what_looks_like_a_boundary_is_seldom_tried() -> None:
    owners = [{"apiVersion": "apps/v1", "kind": "ReplicaSet"}, {"apiVersion": "v1", "kind": "Node"}]
    items = [{"metadata": {"name": f"n{n}", "owners": owners}, "env": [{"name": "a"}] * 20} for n in range(1000)]
    items = [{"apiVersion": "v1", "kind": "Pod", **item} for item in items]
    body = body_of(items, ["kind", "apiVersion", "metadata", "items"], (None, (",", ":")))
    refused = 0

    def read(array: bytes) -> Any:
        nonlocal refused
        try:
            return msgspec.json.decode(array)
        except msgspec.DecodeError:
            refused += 1
            raise

    splitter: ListSplitter[list[Any]] = ListSplitter(read, 10_000)
    found = [item for array in splitter.feed(body) for item in array]
    assert found + (splitter.finish() or []) == items
    assert refused == 0


def test_a_head_behind_the_items_comes_last() -> None:
    body = body_of(
        [{"metadata": {"name": "n" * 300}}] * 50, ["apiVersion", "items", "kind", "metadata"], (None, (",", ":"))
    )
    splitter: ListSplitter[list[Any]] = ListSplitter(msgspec.json.decode, 1000)
    assert list(splitter.feed(body))
    assert splitter.head is None
    splitter.finish()
    assert splitter.head == Head("42", "next")


@pytest.mark.parametrize("items", ["null", "[]", " [ ] "])
def test_an_empty_list(items: str) -> None:
    found, head, _ = split(b'{"metadata":{"resourceVersion":"7"},"items":%b}' % items.encode(), [5, 30])
    assert (found, head) == ([], Head("7", ""))


@pytest.mark.parametrize(
    "body",
    [b"", b"<html></html>", b"[]", b"{}", b'{"kind":"Status","code":200}', b'{"items":[]}', b'{"items":{}}', b"null"],
)
def test_what_is_no_list(body: bytes) -> None:
    with pytest.raises(Incomplete):
        split(body, [])


def pour(splitter: ListSplitter[list[Any]], chunk: bytes) -> None:
    """Feed it 40 times."""
    for _ in range(40):
        list(splitter.feed(chunk))


def test_a_body_that_cannot_be_read_is_not_kept_for_ever() -> None:
    splitter: ListSplitter[list[Any]] = ListSplitter(msgspec.json.decode, 100_000)
    list(splitter.feed(b'{"metadata":{"resourceVersion":"7"},"items":[{"metadata":nonsense'))
    with pytest.raises(Incomplete, match="no object"):
        pour(splitter, b"x" * 1_000_000)


def test_a_heap_without_items_is_not_kept_for_ever() -> None:
    splitter: ListSplitter[list[Any]] = ListSplitter(msgspec.json.decode)
    with pytest.raises(Incomplete, match="no items"):
        pour(splitter, b'{"a":"b",' + b'"c":"d",' * 10_000)


@given(
    st.lists(st.binary(max_size=20).map(lambda line: line.replace(b"\n", b"").strip())), st.lists(st.integers(0, 500))
)
def test_lines_in_any_chunks(lines: list[bytes], cuts: list[int]) -> None:
    body = b"".join(line + b"\n" for line in lines) + b"unfinished"
    splitter = LineSplitter()
    found: list[bytes] = []
    edges = [0, *sorted(cut % (len(body) + 1) for cut in cuts), len(body)]
    for start, end in pairwise(edges):
        found += splitter.feed(body[start:end])
    assert found == [line for line in lines if line]
    assert splitter.held == len(b"unfinished")
