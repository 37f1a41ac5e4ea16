"""What a request asks for: which resource, which object, and the words of its query."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass

from nodeview.demo.resources import BY_PATH, NAMESPACES, Kind
from nodeview.demo.status import bad_request


@dataclass(frozen=True, slots=True)
class Target:
    """An address below a resource: all of a kind, those of a namespace, one object, or something below one."""

    kind: Kind
    namespace: str
    name: str = ""
    subresource: str = ""


def target(path: str) -> Target | None:
    """What a path names; None when no resource has it."""
    parts = path.strip("/").split("/")
    head = 2 if parts[0] == "api" else 3
    if len(parts) <= head:
        return None
    root, rest = "/" + "/".join(parts[:head]), parts[head:]
    namespace = ""
    if rest[0] == "namespaces" and len(rest) >= 3 and rest[2] not in NAMESPACES.subresources:
        namespace, rest = rest[1], rest[2:]
    kind = BY_PATH.get((root, rest[0]))
    if kind is None or len(rest) > 3 or (namespace and not kind.namespaced):
        return None
    if len(rest) == 3 and rest[2] not in kind.subresources:
        return None
    if len(rest) >= 2 and kind.namespaced and not namespace:
        return None
    return Target(kind, namespace, *rest[1:])


@dataclass(frozen=True, slots=True)
class Options:
    """The words of a listing's or a watch's query."""

    watch: bool
    version: str
    match: str
    limit: int
    token: str
    labels: str
    fields: str
    bookmarks: bool
    initial: bool
    timeout: float | None


def _flag(query: Mapping[str, str], name: str) -> bool:
    return query.get(name, "").lower() not in ("", "0", "false")


def _number(query: Mapping[str, str], name: str) -> int:
    text = query.get(name, "")
    try:
        return int(text) if text else 0
    except ValueError:
        raise bad_request(f'strconv.ParseInt: parsing "{text}": invalid syntax') from None


def options(query: Mapping[str, str]) -> Options:
    """Read a query; refuses numbers that are none with 400."""
    seconds = _number(query, "timeoutSeconds")
    return Options(
        watch=_flag(query, "watch"),
        version=query.get("resourceVersion", ""),
        match=query.get("resourceVersionMatch", ""),
        limit=_number(query, "limit"),
        token=query.get("continue", ""),
        labels=query.get("labelSelector", ""),
        fields=query.get("fieldSelector", ""),
        bookmarks=_flag(query, "allowWatchBookmarks"),
        initial=_flag(query, "sendInitialEvents"),
        timeout=float(seconds) if seconds > 0 else None,
    )


def resource_version(text: str) -> int:
    """A resource version of a query; empty is 0. Refuses text with 400."""
    try:
        return int(text or 0)
    except ValueError:
        why = f'Invalid value: "{text}": strconv.ParseUint: parsing "{text}": invalid syntax'
        raise bad_request(f"invalid resource version: resourceVersion: {why}") from None


def make_token(version: int, start: str) -> str:
    """A continue token: the version of the first page and the last key that was sent."""
    words = json.dumps({"v": "meta.k8s.io/v1", "rv": version, "start": start}, separators=(",", ":"))
    return base64.urlsafe_b64encode(words.encode()).decode().rstrip("=")


def read_token(token: str) -> tuple[int, str]:
    """Version and last key of a continue token; version -1 is a token that goes on inconsistently."""
    decoded = b""
    try:
        decoded = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        words = json.loads(decoded)
        return int(words["rv"]), str(words["start"])
    except (binascii.Error, ValueError, KeyError, TypeError):
        why = syntax_error(decoded)
        raise bad_request(f"invalid continue token: continue key is not valid: {why}") from None


def syntax_error(text: bytes) -> str:
    """What Go's JSON says of a text that cannot begin a value."""
    first = text[:1].decode("latin-1")
    shown = first if first.isascii() and first.isprintable() else f"\\u{ord(first):04x}" if first else ""
    return f"invalid character '{shown}' looking for beginning of value" if first else "unexpected end of JSON input"
