"""A real API server that refuses what it granted, or stops serving what it served: tokens, roles, CRDs."""

from __future__ import annotations

import asyncio
import json
import time
import urllib.error
import urllib.request
from typing import Any

from tests.real.faults import PATIENCE_S, QUICK, Outcome, Stage, recovered, settled, told
from tests.real.judging import Json
from tests.real.objects import NAMESPACE
from tests.real.relay import relaying, through
from tests.real.witness import Witness, inside, now

RBAC = "/apis/rbac.authorization.k8s.io/v1"
ACCOUNT = f"/api/v1/namespaces/{NAMESPACE}/serviceaccounts"
CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
POOLS = "/apis/karpenter.sh/v1/nodepools"
TOKEN_CACHED_S = 15.0
"""The API server believes a token for ten seconds after it has looked at it."""


def role(name: str) -> Json:
    """All that nodeview reads."""
    groups = ["", "apps", "batch", "karpenter.sh"]
    rules = [{"apiGroups": groups, "resources": ["*"], "verbs": ["get", "list", "watch"]}]
    return {"metadata": {"name": name}, "rules": rules}


def grant(stage: Stage, name: str, subject: Json) -> None:
    """A ClusterRole of this name, and its binding to somebody."""
    stage.awkward.must("POST", f"{RBAC}/clusterroles", role(name))
    whom = {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": name}
    body = {"metadata": {"name": name}, "roleRef": whom, "subjects": [subject]}
    stage.awkward.must("POST", f"{RBAC}/clusterrolebindings", body)


def new_token(stage: Stage) -> str:
    """A token of the ServiceAccount as it is now."""
    spec = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {"expirationSeconds": 3600}}
    token: str = stage.awkward.must("POST", f"{ACCOUNT}/follower/token", spec)["status"]["token"]
    return token


def refused(stage: Stage, token: str) -> None:
    """Wait until the API server rejects this token."""
    deadline = time.monotonic() + TOKEN_CACHED_S
    while time.monotonic() < deadline:
        request = urllib.request.Request(f"{stage.plane.url}/version", headers={"Authorization": f"Bearer {token}"})
        try:
            urllib.request.urlopen(request, timeout=5, context=stage.plane.tls()).close()
        except urllib.error.HTTPError as error:
            error.close()
            if error.code == 401:
                return
        time.sleep(0.25)
    raise AssertionError("the token is believed for ever")


async def invalidated(stage: Stage) -> Outcome:
    """A ServiceAccount is made anew, which ends its token; a new one is written where the old one was."""
    must = stage.awkward.must
    must("POST", ACCOUNT, {"metadata": {"name": "follower"}})
    grant(stage, "follower", {"kind": "ServiceAccount", "name": "follower", "namespace": NAMESPACE})
    file, old = stage.home / "token", new_token(stage)
    file.write_text(old + "\n")
    async with relaying(stage.plane.url) as relay:
        kubeconfig = through(relay, stage.plane.kubeconfig, stage.home / "service-account", {"tokenFile": str(file)})
        async with inside(kubeconfig, QUICK) as witness:
            await settled(stage, witness)
            must("DELETE", f"{ACCOUNT}/follower")
            must("POST", ACCOUNT, {"metadata": {"name": "follower"}})
            await asyncio.to_thread(refused, stage, old)
            since = now()
            relay.cut()
            await told(witness, since, "nodes", "pods")
            file.write_text(new_token(stage))
            return await recovered(stage, witness, "token invalidated, a new one written", since)


async def forbidden(stage: Stage) -> Outcome:
    """A ClusterRole is taken away, and given back."""
    grant(stage, "follow", {"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "viewer"})
    async with relaying(stage.plane.url) as relay:
        user = {"token": stage.plane.tokens["viewer"]}
        kubeconfig = through(relay, stage.plane.kubeconfig, stage.home / "viewer", user)
        async with inside(kubeconfig, QUICK) as witness:
            await settled(stage, witness)
            since = now()
            stage.awkward.must("DELETE", f"{RBAC}/clusterroles/follow")
            relay.cut()
            await told(witness, since, "nodes", "pods", state="forbidden")
            await asyncio.to_thread(stage.stir)
            stage.awkward.must("POST", f"{RBAC}/clusterroles", role("follow"))
            return await recovered(stage, witness, "ClusterRole taken away, given back", since)


def crd() -> Json:
    """NodePools, with no schema to speak of."""
    schema = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    names = {"plural": "nodepools", "singular": "nodepool", "kind": "NodePool"}
    version = {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}
    spec = {"group": "karpenter.sh", "scope": "Cluster", "names": names, "versions": [version]}
    kind = {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition"}
    return kind | {"metadata": {"name": "nodepools.karpenter.sh"}, "spec": spec}


def pool(cpu: str) -> Json:
    """A NodePool with a limit."""
    spec = {"limits": {"cpu": cpu}, "template": {"spec": {"expireAfter": "720h"}}}
    return {"apiVersion": "karpenter.sh/v1", "kind": "NodePool", "metadata": {"name": "api"}, "spec": spec}


def limit(report: Json) -> Any:
    """What the pool called api may have of CPU, as reported."""
    found = [one["limits"] for one in report["pools"] if one["name"] == "api"]
    return found[0]["cpu"] if found and found[0] else None


def _written(stage: Stage, method: str, path: str, body: Json) -> None:
    """Write a custom object, which the API server takes some time after its definition."""
    deadline = time.monotonic() + PATIENCE_S
    while (code := stage.plane.request(method, path, body, **{"Content-Type": "application/json"})[0]) >= 300:
        assert time.monotonic() < deadline, code
        time.sleep(0.1)


async def defined(stage: Stage) -> Outcome:
    """The CRD of NodePools is installed while we watch, objects are made and changed, and it is removed again."""

    def is_(state: str, cpu: float | None) -> Any:
        return lambda report: report["streams"]["nodepools.karpenter.sh"]["state"] == state and limit(report) == cpu

    async with inside(stage.plane.kubeconfig, QUICK) as witness:
        await settled(stage, witness)
        await witness.until(is_("absent", None), PATIENCE_S, "no NodePools")
        await asyncio.to_thread(stage.awkward.must, "POST", CRDS, crd())
        await asyncio.to_thread(_written, stage, "POST", POOLS, pool("7"))
        await witness.until(is_("synced", 7), PATIENCE_S, "a NodePool that was made")
        body = {"spec": {"limits": {"cpu": "9500m"}}}
        await asyncio.to_thread(stage.awkward.must, "PATCH", f"{POOLS}/api", body, "application/merge-patch+json")
        await witness.until(is_("synced", 9.5), PATIENCE_S, "a NodePool that was changed")
        since = now()
        stage.awkward.must("DELETE", f"{CRDS}/nodepools.karpenter.sh")
        await witness.until(is_("absent", None), PATIENCE_S, "no NodePools any more")
        fault = "CRD installed, used, removed"
        outcome = await recovered(stage, witness, fault, since, "nodepools.karpenter.sh")
        return await _listed(stage, witness, outcome)


async def _listed(stage: Stage, witness: Witness, outcome: Outcome) -> Outcome:
    """What kubectl knows of NodePools is what the report knows: nothing."""
    known = await asyncio.to_thread(stage.plane.kubectl, "get", "crds", "-o", "json")
    if json.loads(known)["items"] or limit(witness.report) is not None:
        outcome.wrong.append("a NodePool is left")
    return outcome
