"""From the outside in: what is found of a connection that works, and of each kind that does not."""

from __future__ import annotations

import asyncio
import socket
import time
from email.utils import formatdate

import pytest
from aiohttp import web
from msgspec.structs import astuple

from nodeview.diagnosis import Check, Diagnosis
from nodeview.live.doctor import examine, skew_of
from nodeview.wire.connection import connection_of
from tests.demo_child import demo_child
from tests.live.reviewing import REVIEWS, Api, serving

WHO = "/apis/authentication.k8s.io/{}/selfsubjectreviews"


class Server(Api):
    """With a version, and an answer to who we are."""

    who: str = "v1"
    ahead_s: float = 0.0

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        if request.path == "/version":
            date = formatdate(time.time() + self.ahead_s, usegmt=True)
            return web.json_response({"gitVersion": "v1.34.2"}, headers={"Date": date})
        if request.path == WHO.format(self.who):
            body = await request.json()
            assert body["kind"] == "SelfSubjectReview"
            user = {"username": "anna", "groups": ["", "ops"]}
            return web.json_response({"status": {"userInfo": user}}, status=201)
        return await Api._answer(self, request)


async def examined(server: Api, timeout_s: float = 20.0, token: str = "s3cret") -> Diagnosis:
    async with serving(server):
        return await examine(connection_of(server.url, token, "tiny"), timeout_s, (Check("terminal", "ok", "here"),))


async def test_all_that_a_server_tells() -> None:
    found = await examined(Server())
    assert found.exit_code == 0
    assert (found.user, found.groups) == ("anna", ("ops",))
    assert found.identity.version is not None
    assert found.identity.version.text == "v1.34.2"
    assert found.reached.first_s is not None
    assert found.reached.answer_s is not None
    assert found.here[0].said == "here"
    assert len(found.permissions) > 30
    assert "s3cret" not in str(astuple(found))


@pytest.mark.parametrize("version", ["v1beta1", "v1alpha1"])
async def test_who_we_are_of_older_servers(version: str) -> None:
    server = Server()
    server.who = version
    assert (await examined(server)).user == "anna"


async def test_who_we_are_is_unknown_where_the_server_does_not_say() -> None:
    old = Server()
    old.who = "none"
    found = await examined(old)
    assert (found.user, "since Kubernetes 1.26" in found.not_said) == (None, True)
    shy = Server(codes={WHO.format("v1"): 403})
    assert (await examined(shy)).not_said == "the server does not say: said 403"


async def test_a_clock_that_differs() -> None:
    server = Server()
    server.ahead_s = 300.0
    # Of all that answers only /version tells another time here, so nothing else may come after it.
    server.codes = dict.fromkeys((WHO.format("v1"), REVIEWS), 403)
    found = await examined(server)
    assert found.reached.skew_s == pytest.approx(-300, abs=2.5)
    assert skew_of(("Tue, 15 Nov 1994 08:12:31 GMT", 784887153.5)) == pytest.approx(2.0)
    for nothing in (None, ("", 0.0), ("soon", 0.0)):
        assert skew_of(nothing) is None


async def test_rejected_credentials_end_it_with_4_and_no_more_questions() -> None:
    server = Server(codes={"/version": 401})
    found = await examined(server)
    assert (found.reached.ending, found.exit_code, found.permissions) == ("rejected", 4, ())
    assert len(server.asked) == 1
    assert found.reached.skew_s is not None, "a wrong clock may be why"


async def test_a_version_that_is_kept_secret_is_an_answer() -> None:
    found = await examined(Server(codes={"/version": 403}))
    assert (found.reached.ending, found.identity.version, found.exit_code) == ("answered", None, 0)


async def test_nothing_listens() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
        found = await examine(connection_of(url, "t", "nowhere"), 5.0)
    assert (found.reached.ending, found.exit_code) == ("unreachable", 3)
    assert "connection refused" in found.reached.said


async def test_something_that_never_answers() -> None:
    begun = time.monotonic()
    found = await examined(Server(held="/version"), timeout_s=0.3)
    assert (found.reached.ending, found.exit_code) == ("unreachable", 3)
    assert found.reached.said.endswith("gave no answer within 0.3 s.")
    assert time.monotonic() - begun < 5


async def test_a_server_that_fails_is_1() -> None:
    found = await examined(Server(codes={"/version": 500}))
    assert (found.reached.ending, found.exit_code) == ("failed", 1)


async def test_pods_that_may_not_be_read_are_4_and_replicasets_1() -> None:
    assert (await examined(Server(codes={"/api/v1/pods": 403}))).exit_code == 4
    assert (await examined(Server(codes={"/apis/apps/v1/replicasets": 403}))).exit_code == 1


async def test_the_demo_is_well_and_nothing_is_left_behind() -> None:
    with demo_child("quiet", "--speed=0.01") as demo:
        before = asyncio.all_tasks()
        found = await examine(demo.connection(), 20.0)
        assert asyncio.all_tasks() == before
        assert found.exit_code == 0
        counts = {one.want.id: one.count for one in found.of("watching")}
        assert counts["pods"] == len(demo.items("pods"))
        assert counts["nodes"] == len(demo.items("nodes"))
