"""Permission by permission: is it served, does the server say we may, and does it work when it is tried.

A SelfSubjectRulesReview would be one question, but it may be incomplete, so each verb is asked for by itself. What
nodeview watches is tried as well: a list of one object, and a watch that is left as soon as it is answered.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from nodeview.diagnosis import WANTS, Permission, PermissionState, Want
from nodeview.errors import ApiError, Forbidden, NodeviewError, NotFound, Unauthorized
from nodeview.wire.discovery import served_versions
from nodeview.wire.transport import Transport

AT_ONCE = 4
"""Questions that are under way together: a server should not notice."""
REVIEWS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
WATCH_ANSWER_S = 10.0
"""Until a watch must be answered; a proxy that waits for its end never answers it."""
NO_TIME = "There was no time left to ask."


class Group(msgspec.Struct, frozen=True):
    """What a server has of one API group; `resources` by version."""

    versions: tuple[str, ...] = ()
    resources: Mapping[str, frozenset[str]] = {}
    unknown: str = ""
    """Why it could not be asked for; then nothing is said to be absent."""


class _Named(msgspec.Struct):
    name: str = ""


class _ResourceList(msgspec.Struct):
    resources: tuple[_Named, ...] | None = ()


class _ListHead(msgspec.Struct):
    version: str = msgspec.field(name="resourceVersion", default="")
    remaining: int | None = msgspec.field(name="remainingItemCount", default=None)
    token: str = msgspec.field(name="continue", default="")


class _List(msgspec.Struct):
    metadata: _ListHead = msgspec.field(default_factory=_ListHead)
    items: tuple[Any, ...] | None = ()


class _Verdict(msgspec.Struct):
    allowed: bool = False
    reason: str = ""


class _Review(msgspec.Struct):
    status: _Verdict = msgspec.field(default_factory=_Verdict)


async def examine_permissions(
    transport: Transport, timeout_s: float, wants: Iterable[Want] = WANTS
) -> tuple[Permission, ...]:
    """What came of each want, in their order; what was not answered in time is unknown."""
    examiner = _Examiner(transport)
    wanted = tuple(wants)
    tasks = [asyncio.create_task(examiner.examine(want), name=f"examine {want.id}") for want in wanted]
    try:
        await asyncio.wait(tasks, timeout=max(timeout_s, 0.0))
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await examiner.close()
    return tuple(
        Permission(want, "unknown", reason=NO_TIME) if task.cancelled() else task.result()
        for want, task in zip(wanted, tasks, strict=True)
    )


class _Examiner:
    """Asks one server, a few questions at a time; groups are discovered once."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._gate = asyncio.Semaphore(AT_ONCE)
        self._groups: dict[str, asyncio.Task[Group]] = {}

    async def examine(self, want: Want) -> Permission:
        """One want, from discovery to the trial."""
        task = self._groups.get(want.group)
        if task is None:
            task = self._groups[want.group] = asyncio.ensure_future(self._discover(want.group))
        group = await asyncio.shield(task)
        served = _served(group, want)
        usable = [version for version in want.versions if version in served]
        if not group.unknown and not usable:
            return _absent(want, served)
        version = usable[0] if usable else want.versions[0]
        refused: list[str] = []
        unknown = reason = ""
        for verb in want.verbs:
            allowed, said = await self._review(want, verb)
            if allowed is None:
                unknown = unknown or said
            elif not allowed:
                refused.append(verb)
                reason = reason or said
        asked = Permission(want, "allowed", tuple(refused), reason, _first(version, served))
        if want.purpose == "watching":
            return await self._try(asked, version, unknown)
        if refused:
            return _with(asked, "refused", reason)
        return _with(asked, "unknown", unknown) if unknown else asked

    async def close(self) -> None:
        """End what nobody waits for any more."""
        for task in self._groups.values():
            task.cancel()
        await asyncio.gather(*self._groups.values(), return_exceptions=True)

    async def _discover(self, name: str) -> Group:
        """What is served of a group. A failure makes it unknown, and never absent."""
        try:
            async with self._gate:
                versions = await served_versions(self._transport, name) if name else ("v1",)
            resources = {}
            for version in versions:
                async with self._gate:
                    said = await self._transport.get_json(f"/apis/{name}/{version}" if name else f"/api/{version}")
                listed = msgspec.convert(said, _ResourceList)
                resources[version] = frozenset(one.name for one in listed.resources or ())
        except (NodeviewError, msgspec.ValidationError) as error:
            return Group(unknown=_words(error))
        return Group(versions, resources)

    async def _review(self, want: Want, verb: str) -> tuple[bool | None, str]:
        """Whether the server says that we may, and its reason; None where it does not say."""
        plural, _, subresource = want.resource.partition("/")
        attributes = {"group": want.group, "resource": plural, "subresource": subresource, "verb": verb}
        attributes |= {"namespace": want.namespace} if want.namespace else {}
        attributes |= {"name": want.name} if want.name else {}
        body = {
            "apiVersion": "authorization.k8s.io/v1",
            "kind": "SelfSubjectAccessReview",
            "spec": {"resourceAttributes": attributes},
        }
        try:
            async with self._gate:
                _, answer = await self._transport.request("POST", REVIEWS, body=msgspec.json.encode(body))
            status = msgspec.json.decode(answer, type=_Review).status
        except (NodeviewError, msgspec.DecodeError) as error:
            return None, f"The server does not say whether we may: {_words(error)}"
        return status.allowed, status.reason

    async def _try(self, asked: Permission, version: str, unknown: str) -> Permission:
        """List one object, and open a watch where that worked; what happens counts more than what was said."""
        want = asked.want
        path = f"/apis/{want.group}/{version}/{want.plural}" if want.group else f"/api/{version}/{want.plural}"
        try:
            async with self._gate:
                said = await self._transport.get_json(path, {"limit": "1"})
            page = msgspec.convert(said, _List)
        except (NodeviewError, msgspec.ValidationError) as error:
            doubted = msgspec.structs.replace(asked, refused=want.verbs) if unknown else asked
            return _tried(doubted, "list", error)
        count = _count(page)
        listed = Permission(want, asked.state, asked.refused, asked.reason, asked.served, count)
        params = {"watch": "1", "resourceVersion": page.metadata.version or "0", "timeoutSeconds": "1"}
        try:
            async with self._gate, asyncio.timeout(WATCH_ANSWER_S), self._transport.stream(path, params):
                pass
        except TimeoutError:
            reason = f"A watch was not answered within {WATCH_ANSWER_S:g} s; look at proxies that hold answers back."
            return _with(listed, "failed", reason)
        except NodeviewError as error:
            return _tried(listed, "watch", error)
        return Permission(want, "allowed", (), "", asked.served, count)


def _served(group: Group, want: Want) -> tuple[str, ...]:
    """The versions of the group that have this resource."""
    return tuple(version for version in group.versions if want.resource in group.resources.get(version, ()))


def _absent(want: Want, served: tuple[str, ...]) -> Permission:
    if served:
        versions = f"The server has it as {', '.join(served)} alone, which nodeview does not read."
        return Permission(want, "failed", reason=versions, served=served)
    if want.optional:
        return Permission(want, "absent", reason="not installed")
    return Permission(want, "failed", reason=f"The server does not serve {want.id}.")


def _first(version: str, served: tuple[str, ...]) -> tuple[str, ...]:
    return (version, *(one for one in served if one != version)) if version in served else served


def _count(page: _List) -> int | None:
    """All there are, as the first page tells; None where more follow and the server does not say how many."""
    held = len(page.items or ())
    if page.metadata.remaining is not None:
        return held + page.metadata.remaining
    return None if page.metadata.token else held


def _with(asked: Permission, state: PermissionState, reason: str) -> Permission:
    return msgspec.structs.replace(asked, state=state, reason=reason)


def _tried(asked: Permission, verb: str, error: Exception) -> Permission:
    """What a trial that failed amounts to."""
    if isinstance(error, Forbidden | Unauthorized):
        refused = tuple(one for one in asked.want.verbs if one == verb or one in asked.refused)
        return msgspec.structs.replace(asked, state="refused", refused=refused, reason=_words(error))
    if isinstance(error, NotFound) and asked.want.optional:
        return msgspec.structs.replace(asked, state="absent", refused=(), reason="not installed")
    return _with(asked, "failed", f"{verb}: {_words(error)}")


def _words(error: Exception) -> str:
    """The server's own words where it has any."""
    return error.message or error.sentence if isinstance(error, ApiError) else str(error)
