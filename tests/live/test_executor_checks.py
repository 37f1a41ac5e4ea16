"""What is asked before anything is written."""

from __future__ import annotations

import asyncio

import pytest

from nodeview.actions.marks import Mark
from nodeview.actions.plan import Step, Subject
from nodeview.errors import NodeviewError, Unreachable, api_error
from nodeview.live.executor_checks import rehearse, review, words_of
from nodeview.live.executor_nodes import NodeWrites
from nodeview.live.executor_writes import Sender
from nodeview.records import NodeName
from nodeview.wire.writer import Allowed
from nodeview.wire.writer_answers import Standing
from tests.live.executing import Book, Objects, a_plan, node_subject

SHOP = Subject("Deployment", "shop", "web", "u", "apps")
POD = Subject("Pod", "p", "web", "u-p")
PLAN = a_plan(
    Step(1, "cordon", node_subject(), "", ""),
    Step(2, "restart", SHOP, "", ""),
    Step(3, "await-rollout", SHOP, "", "", writes=False),
    Step(4, "evict", POD, "", "", node=NodeName("n1")),
)


def _server() -> Objects:
    return Objects(n1=Standing("uid-n1", "1"), shop=Standing("u", "1"), p=Standing("u-p", "1"))


def _nodes(server: Objects) -> NodeWrites:
    return NodeWrites(Sender(Book(), asyncio.Event(), lambda: 0.0), server.writer, Mark("id"), lambda: 0.0)


async def test_each_permission_is_asked_once() -> None:
    server = _server()
    server.allowed = lambda what: Allowed(what != "create pods", "RBAC")
    found = await review(server.writer, PLAN)
    assert {(one.access.verb, one.access.resource, one.access.subresource, one.allowed) for one in found} == {
        ("patch", "nodes", "", True),
        ("patch", "deployments", "", True),
        ("create", "pods", "eviction", False),
    }


async def test_every_write_is_tried_and_nothing_is_kept() -> None:
    server = _server()
    before = dict(server.objects)
    assert await rehearse(server.writer, _nodes(server), PLAN, frozenset()) == ()
    assert {(what, dry) for what, _, dry in server.did} == {("patch", True), ("restart", True), ("evict", True)}
    assert server.objects == before


async def test_steps_that_are_over_are_not_tried() -> None:
    server = _server()
    await rehearse(server.writer, _nodes(server), PLAN, frozenset({1, 2, 4}))
    assert server.did == []


async def test_refusals_are_told_in_the_server_s_words() -> None:
    server = _server()
    server.objects.pop("shop")
    refusals = await rehearse(server.writer, _nodes(server), PLAN, frozenset())
    assert [(one.subject, one.reason) for one in refusals] == [("deployment/web/shop", "shop not found")]


async def test_a_budget_that_is_spent_and_a_pod_that_is_gone_refuse_nothing() -> None:
    for failure in (api_error(429, "", "budget"), api_error(404)):
        server = _server()
        server.failures = [failure]
        assert await rehearse(server.writer, _nodes(server), PLAN, frozenset({1, 2})) == ()


async def test_no_answer_is_no_refusal() -> None:
    server = _server()
    server.failures = [Unreachable("refused.")]
    with pytest.raises(NodeviewError):
        await rehearse(server.writer, _nodes(server), PLAN, frozenset({1}))


def test_words_are_the_server_s_where_it_has_any() -> None:
    assert words_of(api_error(403, "Forbidden", "no.")) == "no"
    assert words_of(Unreachable("It is away.")) == "It is away"
