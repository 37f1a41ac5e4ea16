"""Every fault that a stream can meet, and which case provokes it: one table."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Any, TypeVar

FAULTS: dict[str, str] = {
    "L1": "an empty list, its items `[]`, `null` or absent",
    "L2": "a list of one item",
    "L3": "the server ignores `limit` and sends one giant body",
    "L4": "pages with `continue`",
    "L5": "410 on a later page, with and without a fresh token",
    "L6": "410 on the first page",
    "L7": "too large a resource version, in three encodings, and as 429",
    "L8": "a truncated body: chunked, closed without a length, inside gzip",
    "L9": "the server aborts after 60 s, in the middle of a page",
    "L10": "500, 502 or 503 with HTML, nothing or a Status",
    "L11": "429 with Retry-After in seconds, as a float, as a date, or without",
    "L12": "a slow drip, and a silence",
    "L13": "chunks of one byte, one giant chunk, CRLF and characters split across chunks",
    "L14": "the same item on two pages",
    "L15": "objects deleted and created between pages",
    "L16": "a resource version that is no number",
    "L17": "unknown fields, nulls, numbers as strings, a 1.5 MB object, nested look-alikes of separators",
    "L18": "gzip although identity was asked for, identity although gzip was, several gzip members",
    "L19": "a redirect",
    "L20": "a CRD that is missing, then installed, then removed",
    "W1": "added, modified, deleted, bookmark; a bookmark with null fields; its version used on resume",
    "W2": "a clean end by timeout",
    "W3": "the end in the middle of a line",
    "W4": "a reset",
    "W5": "connections refused for a minute",
    "W6": "a name that cannot be resolved",
    "W7": "410 as the status of a watch",
    "W8": "410 as an ERROR event; an ERROR without reason or code",
    "W9": "500 InternalError as an event; StoreReadError",
    "W10": "429 as the status of a watch and as an event",
    "W11": "401 in mid-life, and 403",
    "W12": "a peer that is gone without a word, with and without bookmarks seen",
    "W13": "a silent but healthy stream without bookmarks",
    "W14": "watches that end in less than a second, again and again",
    "W15": "duplicates, replays, older versions, synthetic ADDED out of order",
    "W16": "an unknown type, a wrong kind, a Table",
    "W17": "a line that is not JSON, blank lines, invalid UTF-8",
    "W18": "a line of more than 4 MB",
    "W19": "a burst of 50,000 events, then nothing",
    "W20": "a consumer slower than the producer",
    "W21": "a server whose versions went backwards (etcd restored), or lie in the future",
    "W22": "a rolling restart: all watches cut at once",
    "W23": "a proxy that buffers: no headers before the first event",
    "W24": "200 with HTML: a captive portal",
    "S1": "a deletion missed while away",
    "S2": "the same name with a new uid: by watch, by re-list, with a late DELETED",
    "S3": "a finalizer: deletionTimestamp, then DELETED",
    "S4": "a listing and a watch that interleave",
    "S5": "an object that leaves what the selector shows, and comes back",
    "S6": "a pod moves from Pending to a node; a node deleted before its pods",
    "S7": "intern tables after churn",
    "S8": "a re-list does not blank the picture and tells only differences",
    "A1": "an exec plugin: slow, hanging, failing, missing, garbage, noisy, wrong version, no status, expiries",
    "A2": "expiry during a list and a watch; a storm of 401 from all streams",
    "A3": "a refresh that fails while the token is valid, and after",
    "A4": "a token file: rotated, with a newline, empty, missing",
    "A5": "several kubeconfig files and what can be wrong in them",
    "A6": "impersonation headers",
    "A7": "TLS: wrong CA, expired, wrong host, tls-server-name, client certificates, insecure",
    "A8": "proxies: http, https, 407, down, NO_PROXY, socks5",
    "A9": "an IPv6 literal; a trailing slash or a path in `server`",
    "A10": "secrets in logs, errors or screenshots",
    "P1": "cancelled at every await",
    "P2": "suspended and resumed: the clock jumps",
    "P3": "another context tears everything down within a second",
    "P4": "clock skew and token expiry",
    "P5": "100,000 pods, 5,000 nodes, 1 % churn a second for ten minutes",
    "P6": "the limit of open files",
    "P7": "SIGINT, or the terminal closes, while an exec plugin runs",
}
"""Each id of the reference, and what happens."""

NOT_PROVOKED: dict[str, str] = {}
"""An id, or `id: sub-case`, that this machine cannot provoke → why. It is skipped with that reason, never passed."""
ELSEWHERE: dict[str, str] = {}
"""An id → `path::test` of a test outside of this folder that provokes it, where it needs more than a stage."""
NAIVE_SURVIVES: dict[str, str] = {}
"""A case which even the naive follower passes → why that cannot be otherwise."""

Run = Callable[..., Awaitable[None]]
Stage = Callable[..., AbstractAsyncContextManager[Any]]
F = TypeVar("F", bound=Run)


@dataclass(frozen=True)
class Case:
    """One way to provoke one or several faults; `run` is given the stage, and what its sub-case stands for."""

    ids: tuple[str, ...]
    name: str
    run: Run
    given: tuple[Any, ...] = ()
    on: Stage | None = None
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """`L5 with a fresh token`: as the tests are called."""
        return f"{'+'.join(self.ids)} {self.name}"


CASES: list[Case] = []


def provokes(
    *ids: str, each: Mapping[str, Any] | None = None, on: Stage | None = None, **options: Any
) -> Callable[[F], F]:
    """Register a case for these ids, named after its function; with `each`, one for every sub-case in it.

    `on` makes the stage, where the usual one does not fit: `on(naive: bool, **options)` is an async context manager.
    """

    def register(run: F) -> F:
        name = run.__name__.replace("_", " ")
        for sub, value in (each or {"": None}).items():
            given = () if each is None else (value,)
            CASES.append(Case(ids, f"{name}: {sub}" if sub else name, run, given, on, options))
        return run

    return register


def cases_of(fault: str) -> list[Case]:
    """What provokes a fault."""
    return [case for case in CASES if fault in case.ids]


def table() -> str:
    """The whole table as Markdown, with what is not provoked and why."""
    lines = ["| fault | what happens | provoked by |", "| --- | --- | --- |"]
    for fault, sentence in FAULTS.items():
        by = [case.name for case in cases_of(fault)] + ([ELSEWHERE[fault]] if fault in ELSEWHERE else [])
        if fault in NOT_PROVOKED:
            by.append(f"not provoked: {NOT_PROVOKED[fault]}")
        lines.append(f"| {fault} | {sentence} | {'<br>'.join(by)} |")
    lines += ["", *(f"- not provoked: {what}: {why}" for what, why in NOT_PROVOKED.items() if what not in FAULTS)]
    return "\n".join(lines).rstrip() + "\n"
