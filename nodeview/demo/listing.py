"""GET: one object, a page of a listing, or all of it, at one resource version."""

from __future__ import annotations

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass

from nodeview.demo import status
from nodeview.demo.requests import Options, Target, make_token, read_token, resource_version
from nodeview.demo.resources import Kind
from nodeview.demo.selectors import Test, all_of, fields_test, labels_test
from nodeview.demo.store import Entry, Store, dumps, path_of

LONG_AGO = -1


@dataclass(frozen=True, slots=True)
class Page:
    """A listing's answer: its head, and the entries whose bytes follow."""

    kind: Kind
    version: int
    entries: list[Entry]
    token: str = ""
    remaining: int | None = None

    def pieces(self) -> Iterator[bytes]:
        """The answer's bytes, piece by piece, one for each object at most."""
        metadata: dict[str, object] = {"resourceVersion": str(self.version)}
        if self.token:
            metadata["continue"] = self.token
        if self.remaining is not None:
            metadata["remainingItemCount"] = self.remaining
        head = {"kind": f"{self.kind.kind}List", "apiVersion": self.kind.api_version, "metadata": metadata}
        yield dumps(head)[:-1] + b',"items":['
        comma = b""
        # Built-in kinds leave out what each item is; custom resources say it each time.
        skip = 0 if self.kind.custom else len(self.kind.prefix) - 1
        for entry in self.entries:
            raw = entry.raw
            yield comma + (b"{" + raw[skip + 1 :] if skip else raw)
            comma = b","
        yield b"]}\n"


class Lister:
    """Answers listings; keeps what the next pages of the unfinished ones will be cut from."""

    def __init__(self, store: Store, snapshots: int = 64):
        self.store = store
        self.most = snapshots
        self.snapshots: OrderedDict[tuple[str, int], list[Entry]] = OrderedDict()

    def expire(self) -> None:
        """Forget every unfinished listing, as a compaction does."""
        self.snapshots.clear()

    def page(self, target: Target, options: Options) -> Page:
        """One answer to a listing."""
        test = self.test(target, options)
        if options.token:
            return self._next(target, options, test)
        version = resource_version(options.version)
        _check_match(options, version)
        if version > self.store.version:
            raise status.too_large(version, self.store.version)
        entries = self.store[target.kind].ordered()
        now = self.store.version
        if options.match == "Exact" or (version and options.limit and not options.match):
            held = self.snapshots.get((target.kind.plural, version))
            if held is None and version != now:
                raise status.too_old(version, now)
            entries, now = held if held is not None else entries, version
        limit = 0 if options.version == "0" else options.limit
        return self._cut(target, _within(entries, target.namespace, test), limit, now, entries, test)

    def test(self, target: Target, options: Options) -> Test | None:
        """What the query selects, as one test; None for everything."""
        return all_of(labels_test(options.labels), fields_test(target.kind, options.fields))

    def _next(self, target: Target, options: Options, test: Test | None) -> Page:
        if options.version not in ("", "0") or options.match:
            raise status.bad_request("specifying resource version is not allowed when using continue")
        version, start = read_token(options.token)
        if version == LONG_AGO:
            entries, version = self.store[target.kind].ordered(), self.store.version
        else:
            held = self.snapshots.get((target.kind.plural, version))
            if held is None:
                raise status.expired_continue(make_token(LONG_AGO, start))
            entries = held
        after = start.rstrip("\0")
        if target.namespace:
            after = f"{target.namespace}/{after}"
        rest = entries[bisect_right(entries, after, key=path_of) :]
        found = _within(rest, target.namespace, test)
        return self._cut(target, found, options.limit, version, entries, test)

    def _cut(
        self, target: Target, found: list[Entry], limit: int, version: int, all_: list[Entry], test: Test | None
    ) -> Page:
        if not limit or len(found) <= limit:
            return Page(target.kind, version, found)
        self.snapshots[(target.kind.plural, version)] = all_
        self.snapshots.move_to_end((target.kind.plural, version))
        if len(self.snapshots) > self.most:
            self.snapshots.popitem(last=False)
        namespace, name = found[limit - 1].key
        start = name if target.namespace or not namespace else f"{namespace}/{name}"
        token = make_token(version, start + "\0")
        return Page(target.kind, version, found[:limit], token, None if test else len(found) - limit)


def _within(entries: list[Entry], namespace: str, test: Test | None) -> list[Entry]:
    if namespace:
        entries = [entry for entry in entries if entry.key[0] == namespace]
    return [entry for entry in entries if test(entry.head)] if test else entries


def _check_match(options: Options, version: int) -> None:
    if not options.match:
        return
    field = "resourceVersionMatch"
    if not options.version:
        raise _bad_match("FieldValueForbidden", f"Forbidden: {field} is forbidden unless resourceVersion is provided")
    if options.match not in ("Exact", "NotOlderThan"):
        known = '"Exact", "NotOlderThan", ""'
        raise _bad_match("FieldValueNotSupported", f'Unsupported value: "{options.match}": supported values: {known}')
    if options.match == "Exact" and not version:
        text = f'Forbidden: {field} "exact" is forbidden for resourceVersion "0"'
        raise _bad_match("FieldValueForbidden", text)


def _bad_match(reason: str, text: str) -> status.Refusal:
    field = "resourceVersionMatch"
    cause = {"reason": reason, "message": text, "field": field}
    details = {"group": "meta.k8s.io", "kind": "ListOptions", "causes": [cause]}
    return status.Refusal(422, "Invalid", f'ListOptions.meta.k8s.io "" is invalid: {field}: {text}', details)
