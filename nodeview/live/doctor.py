"""Looks at one cluster once, from the outside in: the connection, who we are, and what we may."""

from __future__ import annotations

import asyncio
import contextlib
import email.utils
import time
from collections.abc import Sequence

import msgspec
from msgspec.structs import replace

from nodeview.diagnosis import Check, Diagnosis, Reached
from nodeview.errors import ApiError, CredentialError, Forbidden, NodeviewError, Unauthorized, Unreachable
from nodeview.live.doctor_permissions import examine_permissions
from nodeview.live.introduction import credential_of, identity_of
from nodeview.records import ServerVersion
from nodeview.wire.connection import Connection
from nodeview.wire.discovery import server_version
from nodeview.wire.transport import Transport

REVIEWS = "/apis/authentication.k8s.io"
REVIEW_VERSIONS = ("v1", "v1beta1", "v1alpha1")
"""Of SelfSubjectReview: since Kubernetes 1.28, 1.27 and 1.26."""


async def examine(connection: Connection, timeout_s: float, here: Sequence[Check] = ()) -> Diagnosis:
    """All that can be found out in so many seconds; never raises what a server or a network does.

    What was not answered in time is said to be unknown. Asks some 80 small questions, a few at a time, and changes
    nothing. `here` are checks that others made of this side.
    """
    transport = Transport(connection)
    deadline = time.monotonic() + timeout_s
    found = Diagnosis(time.time(), connection.source, identity_of(connection), Reached("failed"), here=tuple(here))
    try:
        version, reached = await _reach(transport, timeout_s)
        identity = replace(
            found.identity,
            version=version,
            credential=credential_of(transport.credential_state()),
        )
        found = replace(found, identity=identity, reached=reached)
        if reached.ending != "answered":
            return found
        user, groups, why = await _who(transport, deadline - time.monotonic())
        permissions = await examine_permissions(transport, deadline - time.monotonic())
        return replace(found, user=user, groups=groups, not_said=why, permissions=permissions)
    finally:
        await transport.close()


async def _reach(transport: Transport, timeout_s: float) -> tuple[ServerVersion | None, Reached]:
    """Ask for the version twice: the first time connects, the second says how far it is."""
    version: ServerVersion | None = None
    took: list[float] = []
    try:
        async with asyncio.timeout(timeout_s):
            for _ in range(2):
                begun = time.perf_counter()
                with contextlib.suppress(Forbidden):  # which is an answer, if not a version
                    version = await server_version(transport)
                took.append(time.perf_counter() - begun)
    except TimeoutError:
        return None, Reached("unreachable", f"{transport.server} gave no answer within {timeout_s:g} s.")
    except Unauthorized as error:
        return None, Reached("rejected", str(error), skew_s=skew_of(transport.clock))
    except CredentialError as error:
        return None, Reached("no_credentials", str(error))
    except Unreachable as error:
        return None, Reached("unreachable", str(error))
    except NodeviewError as error:
        return None, Reached("failed", str(error), skew_s=skew_of(transport.clock))
    return version, Reached("answered", "", took[0], took[1], skew_of(transport.clock))


def skew_of(clock: tuple[str, float] | None) -> float | None:
    """How far our clock is ahead of the one that wrote this Date header; None where that cannot be read."""
    if clock is None:
        return None
    try:
        theirs = email.utils.parsedate_to_datetime(clock[0]).timestamp()
    except (ValueError, TypeError):
        return None
    return clock[1] - theirs - 0.5  # a Date is cut to whole seconds


class _UserInfo(msgspec.Struct):
    username: str = ""
    groups: tuple[str, ...] = ()


class _ReviewStatus(msgspec.Struct):
    user: _UserInfo = msgspec.field(name="userInfo", default_factory=_UserInfo)


class _Review(msgspec.Struct):
    status: _ReviewStatus = msgspec.field(default_factory=_ReviewStatus)


async def _who(transport: Transport, timeout_s: float) -> tuple[str | None, tuple[str, ...], str]:
    """The user and groups that the server takes us for, or why it does not say."""
    why = "the server does not say (SelfSubjectReview is served since Kubernetes 1.26)"
    try:
        async with asyncio.timeout(max(timeout_s, 0.0)):
            for version in REVIEW_VERSIONS:
                body = {"apiVersion": f"authentication.k8s.io/{version}", "kind": "SelfSubjectReview"}
                path = f"{REVIEWS}/{version}/selfsubjectreviews"
                try:
                    _, answer = await transport.request("POST", path, body=msgspec.json.encode(body))
                except ApiError as error:
                    if error.code != 404:
                        return None, (), f"the server does not say: {error.message or error.sentence}"
                    continue
                user = msgspec.json.decode(answer, type=_Review).status.user
                return user.username, tuple(group for group in user.groups if group), ""
    except TimeoutError:
        why = "the server did not say in time"
    except (NodeviewError, msgspec.DecodeError) as error:
        why = f"the server does not say: {error}"
    return None, (), why
