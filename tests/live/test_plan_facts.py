"""What a plan asks the API server, on the demo's and by value."""

from __future__ import annotations

import json
from typing import Any, cast

from nodeview.actions.plan import Step
from nodeview.errors import Forbidden
from nodeview.live.plan_facts import READ_ONLY, ask_facts
from nodeview.records import ObjectKey
from nodeview.wire.transport import Transport
from tests.live.executing import a_plan, node_subject

PLAN = a_plan(Step(1, "cordon", node_subject(), "", ""))
NODE = {"metadata": {"name": "n1", "uid": "uid-n1", "resourceVersion": "1"}, "spec": {}}


def _slice(service: str, *nodes: str | None, ready: bool | None = True) -> dict[str, Any]:
    endpoints = [{"nodeName": node, "conditions": {"ready": ready}} for node in nodes]
    labels = {"kubernetes.io/service-name": service} if service else {}
    return {"metadata": {"namespace": "web", "name": f"{service}-1", "labels": labels}, "endpoints": endpoints}


class Answers:
    """A server that answers these questions."""

    server = "https://here"

    def __init__(self, *pages: list[dict[str, Any]], allowed: bool = True, forbidden: str = "") -> None:
        self.pages = list(pages)
        self.allowed = allowed
        self.forbidden = forbidden
        self.writes: list[str] = []

    async def request(
        self, method: str, path: str, params: Any = None, body: bytes | None = None, content_type: str = ""
    ) -> tuple[int, bytes]:
        if self.forbidden and self.forbidden in path:
            raise Forbidden(403, "Forbidden", "not you")
        if "selfsubject" in path:
            return 201, json.dumps({"status": {"allowed": self.allowed, "reason": "RBAC"}}).encode()
        if "endpointslices" in path:
            page = self.pages.pop(0) if self.pages else []
            more = {"continue": "more"} if self.pages else {}
            return 200, json.dumps({"metadata": more, "items": page}).encode()
        if method == "PATCH":
            self.writes.append(params["dryRun"])
        return 200, json.dumps(NODE).encode()


def _transport(answers: Answers) -> Transport:
    return cast(Transport, answers)


async def test_who_serves_from_where_over_all_pages() -> None:
    answers = Answers(
        [_slice("shop", "n1", "n2"), _slice("", "n9")], [_slice("shop", None), _slice("down", "n1", ready=False)]
    )
    facts = await ask_facts(_transport(answers), PLAN)
    assert facts.services is not None
    assert [(one.service, one.nodes) for one in facts.services] == [(ObjectKey("web", "shop"), ("n1", "n2", None))]
    assert facts.refusals == ()
    assert facts.reviews is not None
    assert [one.allowed for one in facts.reviews] == [True]
    assert answers.writes == ["All"]
    assert facts.why_not == {}


async def test_without_permission_nothing_is_tried() -> None:
    answers = Answers(allowed=False)
    facts = await ask_facts(_transport(answers), PLAN)
    assert facts.refusals is None
    assert "permissions are missing" in facts.why_not["refusals"]
    assert answers.writes == []


async def test_read_only_tries_nothing() -> None:
    answers = Answers()
    facts = await ask_facts(_transport(answers), PLAN, read_only=True)
    assert (facts.refusals, facts.why_not["refusals"]) == (None, READ_ONLY)
    assert answers.writes == []


async def test_what_is_not_answered_is_unknown_with_its_reason() -> None:
    facts = await ask_facts(_transport(Answers(forbidden="endpointslices")), PLAN)
    assert (facts.services, facts.why_not) == (None, {"services": "not you"})
    facts = await ask_facts(_transport(Answers(forbidden="selfsubject")), PLAN)
    assert (facts.reviews, facts.why_not["reviews"]) == (None, "not you")
