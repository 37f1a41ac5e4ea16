"""What goes out when something is written: method, path, query, body and content type, by the official client."""

from __future__ import annotations

import json
from typing import Any, cast

import pytest

from nodeview.errors import Incomplete, NotFound
from nodeview.wire.transport import Transport
from nodeview.wire.writer import Writer
from tests.wire.written import Thing

DEPLOYMENT = Thing("Deployment", "shop", "web")


class Sent:
    """A transport that keeps what it is asked, and answers as it is told."""

    server = "https://here"

    def __init__(self, answer: bytes = b'{"metadata":{"uid":"u-1","generation":3}}') -> None:
        self.answer = answer
        self.asked: list[tuple[str, str, dict[str, str], Any, str]] = []

    async def request(
        self, method: str, path: str, params: dict[str, str], body: bytes | None, content_type: str
    ) -> tuple[int, bytes]:
        self.asked.append((method, path, params, json.loads(body) if body else None, content_type))
        return 200, self.answer

    async def get_json(self, path: str, params: object = None) -> Any:
        return {"versions": [{"version": "v1beta1"}, {"version": "v1"}]} if "karpenter" in path else {"versions": []}


def _writer(sent: Sent) -> Writer:
    return Writer(cast(Transport, sent))


async def test_a_write_says_who_writes_and_how() -> None:
    sent = Sent()
    answer = await _writer(sent).restart(DEPLOYMENT, "now", dry=True)
    assert answer.generation == 3
    ((method, path, query, body, content),) = sent.asked
    assert (method, path) == ("PATCH", "/apis/apps/v1/namespaces/web/deployments/shop")
    assert query == {"dryRun": "All", "fieldManager": "nodeview"}
    assert content == "application/strategic-merge-patch+json"
    assert body["metadata"] == {"uid": "u-1"}


async def test_an_eviction_and_its_dry_run() -> None:
    sent, pod = Sent(), Thing("Pod", "p", "web", "u-p")
    await _writer(sent).evict(pod)
    await _writer(sent).evict(pod, dry=True)
    (real, dry) = sent.asked
    assert real[:2] == ("POST", "/api/v1/namespaces/web/pods/p/eviction")
    assert real[3]["deleteOptions"] == {"preconditions": {"uid": "u-p"}}
    assert real[3]["apiVersion"] == "policy/v1"
    assert dry[2]["dryRun"] == "All"
    assert dry[3]["deleteOptions"]["dryRun"] == ["All"]


async def test_a_dry_deletion_says_so_in_its_body_where_the_server_looks() -> None:
    sent, claim = Sent(), Thing("NodeClaim", "c", "", "u-c")
    await _writer(sent).delete_claim(claim, dry=True)
    ((method, path, _, body, _),) = sent.asked
    assert (method, path) == ("DELETE", "/apis/karpenter.sh/v1/nodeclaims/c")
    assert body == {"preconditions": {"uid": "u-c"}, "dryRun": ["All"]}


async def test_a_resource_that_is_not_served_is_said() -> None:
    with pytest.raises(NotFound, match="rollouts"):
        await _writer(Sent()).restart(Thing("Rollout", "r", "web"), "now")


async def test_a_permission_is_asked_of_the_server() -> None:
    sent = Sent(b'{"status":{"allowed":true,"reason":"so"}}')
    assert await _writer(sent).may("create", "", "pods", subresource="eviction", namespace="web") == (True, "so")
    ((method, path, _, body, _),) = sent.asked
    assert (method, path) == ("POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews")
    attributes = body["spec"]["resourceAttributes"]
    assert attributes == {
        "verb": "create",
        "group": "",
        "resource": "pods",
        "subresource": "eviction",
        "namespace": "web",
    }


async def test_an_answer_that_is_no_object_is_no_answer() -> None:
    """A web page of something on the way is not taken for success."""
    with pytest.raises(Incomplete):
        await _writer(Sent(b"<html>Sign in</html>")).patch_node("n", uid="u", cordon=True)


async def test_names_are_encoded_into_the_path() -> None:
    sent = Sent()
    await _writer(sent).look(Thing("Node", "a/b?c"))
    assert sent.asked[0][1] == "/api/v1/nodes/a%2Fb%3Fc"
