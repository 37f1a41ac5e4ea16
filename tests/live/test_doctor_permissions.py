"""Permission by permission, against a server of which each answer can be spoilt."""

from __future__ import annotations

import asyncio

import pytest
from aiohttp import web

from nodeview.diagnosis import WANTS, Permission
from nodeview.live import doctor_permissions
from nodeview.live.doctor_permissions import AT_ONCE, NO_TIME, examine_permissions
from tests.live.reviewing import REVIEWS, SERVED, Api, serving


async def examined(api: Api, timeout_s: float = 20.0) -> dict[tuple[str, str], Permission]:
    """By (purpose, resource)."""
    async with serving(api) as transport:
        found = await examine_permissions(transport, timeout_s)
    assert tuple(one.want for one in found) == WANTS
    return {(one.want.purpose, one.want.id): one for one in found}


async def test_what_is_allowed_is_counted_and_what_is_not_installed_is_no_fault() -> None:
    api = Api()
    found = await examined(api)
    pods = found["watching", "pods"]
    assert (pods.state, pods.count, pods.served) == ("allowed", 42, ("v1",))
    assert found["acting", "pods/eviction"].state == "allowed"
    for one in found.values():
        assert one.state == ("absent" if one.want.optional else "allowed"), one
    assert sum(line.startswith("GET /api/v1?") or line == "GET /api/v1" for line in api.asked) == 1, "discovered once"


async def test_few_questions_are_under_way_together_and_nothing_is_written() -> None:
    api = Api()
    await examined(api)
    assert 1 < api.most <= AT_ONCE
    assert {line for line in api.asked if not line.startswith("GET")} == {f"POST {REVIEWS}"}
    assert len(api.asked) < 120


async def test_what_reviews_deny_is_refused_verb_by_verb() -> None:
    api = Api(denied={("watch", "events"), ("patch", "nodes"), ("create", "pods/eviction")})
    found = await examined(api)
    assert (found["explaining", "events"].state, found["explaining", "events"].refused) == ("refused", ("watch",))
    assert found["acting", "nodes"].refused == ("patch",)
    assert found["acting", "pods/eviction"].refused == ("create",)
    assert found["watching", "nodes"].state == "allowed"


async def test_what_is_wanted_of_one_object_is_asked_for_there_alone() -> None:
    api = Api()
    await examined(api)
    asked = [one for one in api.reviewed if one["resource"] == "configmaps"]
    assert {one["verb"] for one in asked} == {"list", "watch"}
    assert {(one["namespace"], one["name"]) for one in asked} == {("kube-system", "cluster-autoscaler-status")}
    assert not any("namespace" in one or "name" in one for one in api.reviewed if one not in asked)


async def test_what_happens_counts_more_than_what_reviews_say() -> None:
    api = Api(denied={("list", "nodes"), ("watch", "nodes")}, codes={"/api/v1/pods": 403})
    found = await examined(api)
    assert found["watching", "nodes"].state == "allowed", "it was denied, and worked"
    pods = found["watching", "pods"]
    assert (pods.state, pods.refused, pods.reason) == ("refused", ("list",), "said 403")


async def test_a_watch_that_is_refused_or_fails_is_told_though_the_list_works() -> None:
    refused = await examined(Api(watch_code=403))
    assert (refused["watching", "nodes"].state, refused["watching", "nodes"].refused) == ("refused", ("watch",))
    assert refused["watching", "nodes"].count == 42
    failed = (await examined(Api(watch_code=500)))["watching", "nodes"]
    assert (failed.state, failed.reason) == ("failed", "watch: said 500")


async def test_a_watch_that_something_holds_back_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor_permissions, "WATCH_ANSWER_S", 0.2)

    class Holding(Api):
        async def _answer(self, request: web.Request) -> web.StreamResponse:
            if request.query.get("watch") and request.path == "/api/v1/nodes":
                await asyncio.sleep(60)
            return await Api._answer(self, request)

    nodes = (await examined(Holding()))["watching", "nodes"]
    assert nodes.state == "failed"
    assert "proxies that hold answers back" in nodes.reason


async def test_a_version_that_nodeview_does_not_read_is_named() -> None:
    api = Api(served=SERVED | {"/apis/karpenter.sh/v1alpha5": ("nodepools", "machines")})
    found = await examined(api)
    pools = found["watching", "nodepools.karpenter.sh"]
    assert (pools.state, pools.served) == ("failed", ("v1alpha5",))
    assert "v1alpha5 alone" in pools.reason
    assert found["watching", "machines.karpenter.sh"].state == "allowed"
    assert found["watching", "nodeclaims.karpenter.sh"].state == "absent"


async def test_of_several_served_versions_the_newest_that_is_read_goes_first() -> None:
    api = Api(served=SERVED | {f"/apis/karpenter.sh/{one}": ("nodepools",) for one in ("v2", "v1beta1", "v1")})
    assert (await examined(api))["watching", "nodepools.karpenter.sh"].served == ("v1", "v2", "v1beta1")


async def test_without_discovery_nothing_is_said_to_be_absent_before_it_is_tried() -> None:
    api = Api(codes={"/api/v1": 403, "/apis/karpenter.sh": 403})
    found = await examined(api)
    assert found["watching", "nodes"].state == "allowed"
    assert found["watching", "nodepools.karpenter.sh"].state == "absent", "it was tried, and is not there"
    assert found["acting", "nodes"].state == "allowed"


async def test_without_reviews_what_is_tried_is_known_and_the_rest_is_unknown() -> None:
    api = Api(codes={REVIEWS: 403, "/api/v1/pods": 403})
    found = await examined(api)
    assert found["watching", "nodes"].state == "allowed"
    assert found["watching", "pods"].refused == ("list", "watch"), "both are needed, and neither is known"
    events = found["explaining", "events"]
    assert (events.state, events.reason) == ("unknown", "The server does not say whether we may: said 403")


async def test_a_server_that_does_not_say_how_many_leaves_the_count_unknown() -> None:
    assert (await examined(Api(remaining=None)))["watching", "pods"].count is None


async def test_what_is_not_answered_in_time_is_unknown_and_the_rest_is_kept() -> None:
    found = await examined(Api(held="/apis/batch"), timeout_s=1.0)
    assert found["watching", "nodes"].state == "allowed"
    jobs = found["watching", "jobs.batch"]
    assert (jobs.state, jobs.reason) == ("unknown", NO_TIME)


async def test_no_task_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving(Api(held="/apis/apps")) as transport:
        before = asyncio.all_tasks()
        await examine_permissions(transport, 0.2, [one for one in WANTS if one.group == "apps"])
        mine = {
            task for task in asyncio.all_tasks() - before if "examine" in task.get_name() or "_discover" in str(task)
        }
        assert not mine
