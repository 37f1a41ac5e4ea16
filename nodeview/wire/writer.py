"""Writes and access reviews: paths and models of the official client, sent over our own transport.

The client is made without a configuration of its own, and its `rest_client` is ours: TLS, proxy, impersonation and
credentials have one path. It decides content types by itself, so each is named here. Importing it takes 0.7 s,
which happens in a thread and only when something is about to be written.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

import msgspec

from nodeview.errors import Incomplete, NotFound
from nodeview.wire.discovery import served_versions
from nodeview.wire.transport import Transport
from nodeview.wire.writer_answers import Standing, standing_of
from nodeview.wire.writer_bodies import KNOWN_VERSIONS, PLURALS, STRATEGIC, Thing, node_patch, restart_patch

FIELD_MANAGER = "nodeview"
DRY = "All"


class Allowed(NamedTuple):
    """What the server says of one permission."""

    allowed: bool
    reason: str


class _Answer:
    """What the official client takes for aiohttp's answer."""

    def __init__(self, status: int, body: bytes) -> None:
        self.status = status
        self.body = body

    @property
    def response(self) -> _Answer:
        return self


class _RestClient:
    """In the place of the client's own: all goes through our transport, whose errors are raised as they are."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None = None,
        body: Any = None,
        post_params: object = None,
        _request_timeout: object = None,
    ) -> _Answer:
        path, _, query = url.partition("?")
        content_type = (headers or {}).get("Content-Type", "application/json")
        sent = msgspec.json.encode(body) if body is not None else None
        code, answer = await self._transport.request(method, path, dict(parse_qsl(query)), sent, content_type)
        return _Answer(code, answer)

    async def close(self) -> None:
        """The transport is not ours to close."""


class Writer:
    """Writes to one API server, as the field manager `nodeview`. Every write names the object by its uid.

    Raises what `Transport` raises. With `dry` the server does all but keep it.
    """

    def __init__(self, transport: Transport) -> None:
        """Loads nothing yet; the first call does."""
        self._transport = transport
        self._opening: asyncio.Task[Any] | None = None
        self._versions: dict[str, str] = {}

    async def patch_node(
        self,
        name: str,
        *,
        uid: str,
        version: str = "",
        cordon: bool | None = None,
        annotations: Mapping[str, str | None] | None = None,
        taints: Sequence[Mapping[str, Any]] | None = None,
        dry: bool = False,
    ) -> Standing:
        """Cordon, annotate or taint a node; the node as it is then. 409 where it is not in this version any more."""
        body = node_patch(uid=uid, version=version, cordon=cordon, annotations=annotations, taints=taints)
        api = (await self._client()).CoreV1Api
        return await self._standing(api.patch_node_without_preload_content(name, body, **_how(STRATEGIC, dry)))

    async def restart(self, subject: Thing, when: str, *, dry: bool = False) -> Standing:
        """Have a workload replace its pods, in the way of its kind; `when` is RFC 3339, and twice the same is once."""
        body, content_type = restart_patch(subject.kind, subject.uid, when)
        how, client = _how(content_type, dry), await self._client()
        if subject.kind == "Rollout":
            group, version, plural = await self._place(subject)
            patch = client.CustomObjectsApi.patch_namespaced_custom_object_without_preload_content
            return await self._standing(patch(group, version, subject.namespace, plural, subject.name, body, **how))
        patches = {
            "Deployment": client.AppsV1Api.patch_namespaced_deployment_without_preload_content,
            "StatefulSet": client.AppsV1Api.patch_namespaced_stateful_set_without_preload_content,
            "DaemonSet": client.AppsV1Api.patch_namespaced_daemon_set_without_preload_content,
        }
        return await self._standing(patches[subject.kind](subject.name, subject.namespace, body, **how))

    async def evict(self, subject: Thing, *, dry: bool = False) -> None:
        """Ask for the eviction of this very pod. 429 where a budget allows none now, 404 where it is gone, 409 where
        another has its name, 500 where more than one budget speaks of it."""
        client = await self._client()
        models = client.models
        conditions = models.V1Preconditions(uid=subject.uid)
        options = models.V1DeleteOptions(preconditions=conditions, dry_run=[DRY] if dry else None)
        meta = models.V1ObjectMeta(name=subject.name, namespace=subject.namespace)
        eviction = models.V1Eviction(api_version="policy/v1", kind="Eviction", metadata=meta, delete_options=options)
        create = client.CoreV1Api.create_namespaced_pod_eviction_without_preload_content
        await create(
            subject.name, subject.namespace, eviction, dry_run=DRY if dry else None, field_manager=FIELD_MANAGER
        )

    async def delete_claim(self, subject: Thing, *, dry: bool = False) -> None:
        """Delete this very NodeClaim, so that Karpenter takes its node away. 404 where it is gone, 409 for another."""
        client = await self._client()
        group, version, plural = await self._place(subject)
        conditions = client.models.V1Preconditions(uid=subject.uid)
        # With a body the server does not look at the query: a dry run that stood there alone would delete.
        options = client.models.V1DeleteOptions(preconditions=conditions, dry_run=[DRY] if dry else None)
        delete = client.CustomObjectsApi.delete_cluster_custom_object_without_preload_content
        await delete(group, version, plural, subject.name, dry_run=DRY if dry else None, body=options)

    async def look(self, subject: Thing) -> Standing | None:
        """The object as it is now, whatever its uid; None where there is none of its name."""
        client = await self._client()
        core, apps = client.CoreV1Api, client.AppsV1Api
        name, namespace = subject.name, subject.namespace
        reads = {
            "Node": lambda: core.read_node_without_preload_content(name),
            "Pod": lambda: core.read_namespaced_pod_without_preload_content(name, namespace),
            "Deployment": lambda: apps.read_namespaced_deployment_without_preload_content(name, namespace),
            "StatefulSet": lambda: apps.read_namespaced_stateful_set_without_preload_content(name, namespace),
            "DaemonSet": lambda: apps.read_namespaced_daemon_set_without_preload_content(name, namespace),
        }
        try:
            if subject.kind in reads:
                return await self._standing(reads[subject.kind]())
            group, version, plural = await self._place(subject)
            custom = client.CustomObjectsApi
            if namespace:
                get = custom.get_namespaced_custom_object_without_preload_content
                return await self._standing(get(group, version, namespace, plural, name))
            get = custom.get_cluster_custom_object_without_preload_content
            return await self._standing(get(group, version, plural, name))
        except NotFound:
            return None

    async def may(
        self, verb: str, group: str, resource: str, *, subresource: str = "", namespace: str = "", name: str = ""
    ) -> Allowed:
        """Whether we may, as the server's own SelfSubjectAccessReview says."""
        client = await self._client()
        models = client.models
        attributes = models.V1ResourceAttributes(
            verb=verb,
            group=group,
            resource=resource,
            subresource=subresource or None,
            namespace=namespace or None,
            name=name or None,
        )
        review = models.V1SelfSubjectAccessReview(
            spec=models.V1SelfSubjectAccessReviewSpec(resource_attributes=attributes)
        )
        create = client.AuthorizationV1Api.create_self_subject_access_review_without_preload_content
        answer = await create(review)
        try:
            said = msgspec.json.decode(answer.body, type=_Review).status
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise _garbled(self._transport) from error
        return Allowed(said.allowed, said.reason)

    async def _place(self, subject: Thing) -> tuple[str, str, str]:
        """Group, version and plural of a custom resource; `NotFound` where the server has none that we know."""
        group, plural = PLURALS[subject.kind]
        if group not in self._versions:
            served = await served_versions(self._transport, group)
            known = [one for one in KNOWN_VERSIONS[group] if one in served]
            if not known:
                raise NotFound(404, "NotFound", f"the server has no {plural}.{group} that nodeview knows")
            self._versions[group] = known[0]
        return group, self._versions[group], plural

    async def _standing(self, call: Any) -> Standing:
        answer: _Answer = await call
        try:
            return standing_of(answer.body)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise _garbled(self._transport) from error

    async def _client(self) -> _Client:
        """The official client, loaded once, in a thread."""
        if self._opening is None:
            self._opening = asyncio.ensure_future(asyncio.to_thread(_load))
        modules = await asyncio.shield(self._opening)
        return _Client(modules, self._transport)


class _Verdict(msgspec.Struct):
    allowed: bool = False
    reason: str = ""


class _Review(msgspec.Struct):
    status: _Verdict = msgspec.field(default_factory=_Verdict)


class _Client:
    """The official client's APIs over one transport."""

    def __init__(self, modules: Any, transport: Transport) -> None:
        self.models = modules
        client = modules.ApiClient.__new__(modules.ApiClient)  # its own would load authorities and open a session
        client.configuration = _configuration(modules)
        client.rest_client = _RestClient(transport)
        client.default_headers, client.cookie, client.client_side_validation = {}, None, False
        self.CoreV1Api = modules.CoreV1Api(client)
        self.AppsV1Api = modules.AppsV1Api(client)
        self.CustomObjectsApi = modules.CustomObjectsApi(client)
        self.AuthorizationV1Api = modules.AuthorizationV1Api(client)


def _configuration(modules: Any) -> Any:
    """One that knows no server and no credentials, whatever the environment says: paths alone come out of it."""
    made = modules.Configuration()
    made.host = ""
    return made


def _load() -> Any:
    """The client's package with what we use of it, which it loads attribute by attribute."""
    client = import_module("kubernetes.aio.client")
    for name in ("CoreV1Api", "AppsV1Api", "CustomObjectsApi", "AuthorizationV1Api", "V1Eviction", "V1DeleteOptions"):
        getattr(client, name)
    return client


def _how(content_type: str, dry: bool) -> dict[str, Any]:
    return {"_content_type": content_type, "field_manager": FIELD_MANAGER, "dry_run": DRY if dry else None}


def _garbled(transport: Transport) -> Incomplete:
    return Incomplete(f"{transport.server} answered something that is not JSON.")
