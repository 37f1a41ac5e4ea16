"""What a server does wrong, and that the picture is right afterwards."""

from __future__ import annotations

import asyncio
import dataclasses
import time

import pytest

from nodeview.records.change import Current, Lagging, Synced, Upserted
from nodeview.records.resource import Batch, Resource
from nodeview.wire.connection import connection_of
from nodeview.wire.credentials import FixedCredentials
from nodeview.wire.transport import Transport
from tests.wire.misbehaving import (
    Fault,
    Misbehaving,
    Reply,
    Request,
    dripping,
    dropped,
    html,
    misbehaving,
    reset,
    saying,
    stalled,
    status,
    truncated,
)
from tests.wire.things import IMPATIENT, OPTIONAL_THINGS, QUICK, Following, Thing, following, read_things, until

BROKEN_LINE = b'{"type":"MODIFIED","object":{"metadata":{"name":"thing-0000","resourceVersion":"9999"'
EXPIRED = b'{"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired","message":"too old"}}\n'


async def agreed(server: Misbehaving, follower: Following) -> None:
    """Change something, and wait until the follower knows all that the server does, and says so."""
    server.put("last", f"word {server.version}")
    await until(lambda: follower.mirror.texts() == server.texts() and not follower.mirror.lagging)


async def test_lists_then_hears_what_changes() -> None:
    async with misbehaving(3) as server, following(server) as follower:
        await until(lambda: follower.mirror.synced == 1)
        assert follower.mirror.texts() == server.texts()
        opening = follower.mirror.changes[0]
        assert isinstance(opening, Upserted)
        assert opening.listing is not None
        assert (opening.records, opening.listing.version) == ((), 103)
        server.put("thing-0001", "second")
        server.delete("thing-0002")
        server.put("new", "here")
        await agreed(server, follower)
        assert follower.reflector.events == 4
        assert not follower.mirror.lags()


async def test_an_empty_list_is_a_list() -> None:
    async with misbehaving(0) as server, following(server) as follower:
        await until(lambda: follower.mirror.synced == 1)
        await agreed(server, follower)


async def test_pages_grow_and_all_show_one_version() -> None:
    async with misbehaving(1800) as server, following(server) as follower:
        await until(lambda: follower.mirror.synced == 1)
        assert follower.mirror.texts() == server.texts()
        asked = [(request.kind, request.params["limit"]) for request in server.requests if request.kind != "watch"]
        assert asked == [("list", "500"), ("page", "1000"), ("page", "2000")]
        assert server.count("watch") == 1


@pytest.mark.parametrize("items_first", [False, True])
async def test_changes_during_the_pages_are_kept(items_first: bool) -> None:
    async def late(server: Misbehaving, request: Request, reply: Reply) -> None:
        server.put("thing-0000", "changed behind the first page")
        server.delete("thing-0599")
        server.put("new", "made during the list")
        await asyncio.sleep(0.2)
        await server.answer(request, reply)

    async with misbehaving(600) as server:
        server.items_first = items_first
        server.fault("page", "late", late)
        async with following(server) as follower:
            await until(lambda: follower.mirror.synced == 1)
            await agreed(server, follower)
            assert server.performed["late"] == 1
            assert "thing-0599" not in follower.mirror.texts()
            assert server.count("list") == 1


async def test_the_watch_starts_before_the_last_page() -> None:
    async with misbehaving(600) as server:
        server.fault("page", "stalled", stalled)
        async with following(server) as follower:
            await until(lambda: server.count("watch") == 1)
            assert follower.mirror.synced == 0


async def test_a_version_that_is_no_number_means_one_after_the_other() -> None:
    async def opaque(server: Misbehaving, request: Request, reply: Reply) -> None:
        body = (server.page(request) or b"").replace(
            b'"resourceVersion":"%d"' % server.version, b'"resourceVersion":"x1"'
        )
        await reply.whole(body)

    async def word(server: Misbehaving, request: Request, reply: Reply) -> None:
        assert request.params["resourceVersion"] == "x1"
        await reply.start()
        await reply.send(b'{"type":"ADDED","object":{"metadata":{"name":"odd","resourceVersion":"x2"}}}\n')
        await asyncio.sleep(30)

    async with misbehaving(3) as server:
        server.fault("list", "opaque", opaque)
        server.fault("watch", "word", word)
        async with following(server) as follower:
            await until(lambda: "odd" in follower.mirror.texts())
            kinds = [type(change).__name__ for change in follower.mirror.changes]
            assert kinds[-2:] == ["Synced", "Upserted"]
            last = follower.mirror.changes[-1]
            assert isinstance(last, Upserted)
            assert list(last.versions) == [0]


LIST_FAULTS: dict[str, Fault] = {
    "410": status(410, "Expired"),
    "500": status(500, "InternalError"),
    "429": status(429, "TooManyRequests", headers={"Retry-After": "0.1"}),
    "429 with a date": status(429, "TooManyRequests", headers={"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}),
    "502 html": html(502),
    "200 html": html(200),
    "truncated": truncated(0.5),
    "truncated at an item": truncated(0.0, tail=b'{"metadata":{"resourceVersion":"100"},"items":['),
    "truncated without a length": truncated(0.6, chunked=False),
    "no answer": dropped,
    "reset": reset,
    "stalled": stalled,
    "dripping": dripping(),
}


@pytest.mark.parametrize("name", LIST_FAULTS)
async def test_a_first_page_that_fails_is_asked_for_again(name: str) -> None:
    async with misbehaving(20) as server:
        times = 2 if name == "no answer" else 1  # after the first, aiohttp itself asks again
        server.fault("list", name, LIST_FAULTS[name], times)
        async with following(server) as follower:
            await until(lambda: follower.mirror.synced == 1)
            await agreed(server, follower)
            assert server.performed[name] == times or name == "stalled"
            assert server.count("list") == (1 if name == "dripping" else 1 + times)
            assert bool(follower.mirror.lags()) == (name != "dripping")


@pytest.mark.parametrize("name", LIST_FAULTS)
async def test_a_later_page_that_fails(name: str) -> None:
    async with misbehaving(600) as server:
        server.fault("page", name, LIST_FAULTS[name])
        async with following(server) as follower:
            await until(lambda: follower.mirror.synced == 1)
            await agreed(server, follower)
            assert server.performed[name] == 1 or name == "stalled"
            assert server.count("list") == (2 if name == "410" else 1)


async def test_after_410_on_a_page_all_is_listed_at_once() -> None:
    async with misbehaving(600) as server:
        server.fault("page", "410", status(410, "Expired"))
        async with following(server) as follower:
            await until(lambda: follower.mirror.synced == 1)
            again = [request.params for request in server.requests if request.kind == "list"][1]
            assert "limit" not in again
            assert again["resourceVersionMatch"] == "NotOlderThan"
            assert follower.mirror.texts() == server.texts()


WATCH_FAULTS: dict[str, tuple[Fault, int]] = {
    "410": (status(410, "Expired"), 2),
    "410 event": (saying(EXPIRED), 2),
    "error without a reason": (saying(b'{"type":"ERROR","object":{}}\n'), 2),
    "internal error event": (saying(b'{"type":"ERROR","object":{"code":500,"reason":"InternalError"}}\n'), 2),
    "429 event": (saying(b'{"type":"ERROR","object":{"code":429,"reason":"TooManyRequests"}}\n'), 1),
    "not json": (saying(b"{nonsense}\n"), 2),
    "not utf-8": (saying(b'{"type":"ADDED","object":{"metadata":{"name":"\xff"}}}\n'), 2),
    "cut in a line": (saying(BROKEN_LINE, ends="cut"), 1),
    "ended in a line": (saying(BROKEN_LINE), 1),
    "reset": (saying(ends="reset"), 1),
    "reset in a line": (saying(BROKEN_LINE, ends="reset"), 1),
    "no answer": (dropped, 1),
    "502 html": (html(502), 1),
    "200 html": (html(200), 1),
    "429": (status(429, "TooManyRequests", headers={"Retry-After": "0.1"}), 1),
    "404": (status(404, "NotFound"), 2),
    "403": (status(403, "Forbidden", "things is forbidden"), 1),
}


@pytest.mark.parametrize("name", WATCH_FAULTS)
async def test_a_watch_that_fails(name: str) -> None:
    fault, lists = WATCH_FAULTS[name]
    async with misbehaving(3) as server:
        times = 2 if name == "no answer" else 1
        server.fault("watch", name, fault, times)
        async with following(server) as follower:
            await until(lambda: server.performed[name] == times)
            server.put("meanwhile", "while nobody watched")
            server.delete("thing-0001")
            await agreed(server, follower)
            assert server.count("list") == lists
            assert follower.mirror.lags()
            assert follower.reflector.last_reason


@pytest.mark.parametrize(
    "line",
    [
        b'{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"104","creationTimestamp":null}}}\n',
        b'{"type":"SURPRISE","object":{"metadata":{"resourceVersion":"104"}}}\n',
        b'{"type":"MODIFIED","object":{"kind":"Table","metadata":{},"rows":[]}}\n',
        b' { "object" : {"metadata":{"name":"thing-0000","resourceVersion":"0"}} , "type" : "SURPRISE" } \n',
        b"\n \r\n",
    ],
)
async def test_a_line_that_means_nothing_ends_nothing(line: bytes) -> None:
    async with misbehaving(3) as server, following(server) as follower:
        await until(lambda: server.count("watch") == 1 and follower.mirror.synced == 1)
        server.version += 1
        server.say(line)
        await agreed(server, follower)
        assert server.count("watch") == 1


async def test_a_line_of_any_length() -> None:
    async with misbehaving(3) as server, following(server) as follower:
        await until(lambda: follower.mirror.synced == 1)
        server.put("huge", "x" * 5_000_000)
        await agreed(server, follower)


async def test_a_bookmark_is_where_a_watch_goes_on() -> None:
    async with misbehaving(3) as server, following(server) as follower:
        await until(lambda: server.count("watch") == 1 and follower.mirror.synced == 1)
        server.version = 500
        server.bookmark()
        await until(lambda: follower.reflector.bookmarks_seen)
        server.expire()
        server.cut_all()
        await until(lambda: server.count("watch") == 2)
        assert server.requests[-1].params["resourceVersion"] == "500"
        await agreed(server, follower)
        assert server.count("list") == 1
        assert any(isinstance(change, Current) for change in follower.mirror.changes)


async def test_a_proper_end_is_no_failure() -> None:
    pace = dataclasses.replace(QUICK, watch_least=0.5, watch_most=0.9)
    async with misbehaving(3) as server, following(server, pace=pace) as follower:
        await until(lambda: server.count("watch") == 3)
        await agreed(server, follower)
        assert server.count("list") == 1
        assert not follower.mirror.lags()


async def test_watches_that_end_at_once_are_no_storm() -> None:
    async with misbehaving(3) as server:
        server.fault("watch", "ends", saying(), times=10_000)
        async with following(server):
            await asyncio.sleep(1.0)
            assert server.performed["ends"] > 3
            assert len(server.requests) < 60, "20 a second is what this pace allows, and three more"


async def test_answers_of_410_to_everything_are_no_storm() -> None:
    async with misbehaving(3) as server:
        server.fault("watch", "410", status(410, "Expired"), times=10_000)
        async with following(server):
            await asyncio.sleep(1.0)
            assert server.performed["410"] > 3
            assert len(server.requests) < 100


async def test_three_failures_without_a_word_bring_a_list() -> None:
    async with misbehaving(3) as server:
        server.fault("watch", "reset", reset, times=3)
        async with following(server) as follower:
            await until(lambda: server.count("list") == 2)
            assert server.performed["reset"] == 3
            await agreed(server, follower)


async def test_429_brings_no_list() -> None:
    async with misbehaving(3) as server:
        server.fault("watch", "429", status(429, "TooManyRequests"), times=5)
        async with following(server) as follower:
            await until(lambda: server.performed["429"] == 5)
            await agreed(server, follower)
            assert server.count("list") == 1


async def test_retry_after_is_obeyed_up_to_a_cap() -> None:
    async with misbehaving(3) as server:
        server.fault("list", "429", status(429, "TooManyRequests", headers={"Retry-After": "3600"}))
        async with following(server) as follower:
            await until(lambda: follower.mirror.synced == 1)
            first, second = [request.at for request in server.requests if request.kind == "list"]
            assert 0.3 <= second - first < 1.0


async def test_a_server_that_went_back_in_time_begins_a_new_epoch() -> None:
    too_large = status(504, "Timeout", "Too large resource version: 900, current: 50")
    async with misbehaving(3) as server, following(server) as follower:
        await until(lambda: server.count("watch") == 1 and follower.mirror.synced == 1)
        server.things.clear()
        server.version, server.oldest = 40, 0
        server.put("restored", "from backup")
        server._log.clear()
        server.fault("watch", "too large", too_large)
        server.cut_all()
        await until(lambda: follower.mirror.synced == 2)
        assert server.performed["too large"] == 1
        asked = [request.params for request in server.requests if request.kind == "list"][1]
        assert "resourceVersion" not in asked
        listing = [change for change in follower.mirror.changes if isinstance(change, Synced)][-1].listing
        assert listing.new_epoch
        assert listing.version == 41
        await agreed(server, follower)


async def test_forbidden_is_a_state_and_asked_again() -> None:
    async with misbehaving(3) as server:
        server.fault("list", "403", status(403, "Forbidden", 'User "eve" cannot list things'), times=2)
        async with following(server) as follower:
            await until(lambda: follower.mirror.synced == 1)
            assert [(lag.state, lag.reason) for lag in follower.mirror.lags()] == [
                ("forbidden", 'User "eve" cannot list things')
            ]


async def test_a_refusal_is_said_again_when_pages_came_between() -> None:
    """Pages say by themselves that all is being listed."""

    async def proper(server: Misbehaving, request: Request, reply: Reply) -> None:
        await server.answer(request, reply)

    async with misbehaving(2000) as server:
        for name, fault in (("403", status(403, "Forbidden", "no")), ("page", proper)) * 2:
            server.fault("page", name, fault)
        async with following(server) as follower:
            await until(lambda: follower.mirror.synced == 1)
            assert server.performed["403"] == 2
            assert [lag.state for lag in follower.mirror.lags()] == ["forbidden", "forbidden"]


async def test_a_crd_that_is_installed_later() -> None:
    async with misbehaving(3) as server:
        server.fault("list", "404", status(404, "NotFound"), times=2)
        async with following(server, resource=OPTIONAL_THINGS) as follower:
            await until(lambda: follower.mirror.synced == 1)
            assert server.performed["404"] == 2
            assert [lag.state for lag in follower.mirror.lags()] == ["absent"]
            await agreed(server, follower)


async def test_an_older_version_is_asked_for_where_the_newer_is_not_served() -> None:
    both: Resource[Thing] = Resource("", ("v2", "v1"), "things", lambda server: read_things, optional=True)
    async with misbehaving(3) as server, following(server, resource=both) as follower:
        await until(lambda: follower.mirror.synced == 1)
        assert [request.path for request in server.requests][:2] == ["/api/v2/things", "/api/v1/things"]
        assert not follower.mirror.lags()


async def test_a_token_that_is_renewed() -> None:
    class Renewing(FixedCredentials):
        token = "old"
        renewals = 0

        async def headers(self) -> dict[str, str]:
            return {"Authorization": f"Bearer {self.token}"}

        async def refresh(self, rejected: object) -> bool:
            self.renewals += 1
            self.token = "new"
            return True

    async with misbehaving(3) as server:
        server.token = "new"
        credentials = Renewing("token", {})
        connection = dataclasses.replace(connection_of(server.url, "", "test"), credentials=credentials)
        async with following(server, transport=Transport(connection)) as follower:
            await until(lambda: follower.mirror.synced == 1)
            assert server.performed["unauthorized"] == 1
            assert credentials.renewals == 1
            assert not follower.mirror.lags()


async def test_a_token_that_is_rejected_is_not_shown_all_the_time() -> None:
    async with misbehaving(3) as server:
        server.token = "right"
        async with following(server, token="wrong") as follower:
            await asyncio.sleep(0.5)
            assert 1 <= server.performed["unauthorized"] <= 4
            assert "rejects the credentials" in follower.mirror.lags()[0].reason
            server.token = "wrong"
            await until(lambda: follower.mirror.synced == 1)


async def test_an_outage_waits_at_the_gate() -> None:
    async with misbehaving(3) as server, following(server) as follower:
        await until(lambda: follower.mirror.synced == 1 and server.count("watch") == 1)
        server.fault("watch", "dropped", dropped, times=100)
        server.fault("version", "down", dropped, times=100)
        server.cut_all()
        await until(lambda: server.performed["down"] >= 6)
        assert follower.mirror.lagging
        assert not follower.gate.is_open
        assert server.count("watch") <= 5, "two tries, which aiohttp doubles; then the gate asks for the stream"
        server._faults.clear()
        await agreed(server, follower)
        assert follower.gate.is_open
        assert server.count("list") == 2, "it may have come back with another state"


async def test_a_silence_after_bookmarks_is_the_end_of_a_watch() -> None:
    async with misbehaving(3) as server, following(server, pace=IMPATIENT) as follower:
        await until(lambda: follower.mirror.synced == 1 and server.count("watch") == 1)
        server.version += 1
        server.bookmark()
        await until(lambda: server.count("watch") == 2)
        assert "Nothing was heard" in follower.reflector.last_reason
        await agreed(server, follower)


async def test_a_machine_that_slept_opens_its_watches_again() -> None:
    slept = 0.0
    async with misbehaving(3) as server, following(server, wall=lambda: time.time() + slept) as follower:
        await until(lambda: follower.mirror.synced == 1 and server.count("watch") == 1)
        slept = 3600.0
        await until(lambda: server.count("watch") == 2)
        assert "asleep" in follower.reflector.last_reason
        await agreed(server, follower)


async def test_a_lag_begins_when_the_stream_was_last_heard() -> None:
    async with misbehaving(3) as server, following(server) as follower:
        await until(lambda: follower.mirror.synced == 1 and server.count("watch") == 1)
        await asyncio.sleep(0.1)
        heard = follower.reflector.heard_at
        server.fault("watch", "dropped", dropped)
        server.cut_all()
        await until(lambda: bool(follower.mirror.lags()))
        assert follower.mirror.lags()[0].since == heard
        assert not isinstance(follower.mirror.changes[-1], Lagging) or follower.mirror.lagging


async def test_a_watch_that_is_broken_when_the_list_ends_lags_on() -> None:
    async with misbehaving(600) as server:

        async def slow(server: Misbehaving, request: Request, reply: Reply) -> None:
            await until(lambda: server.performed["forbidden"] == 1)
            await server.answer(request, reply)

        server.fault("page", "slow", slow)
        server.fault("watch", "forbidden", status(403, "Forbidden", "no watch"))
        async with following(server) as follower:
            await until(lambda: follower.mirror.synced == 1)
            assert follower.mirror.lagging
            await agreed(server, follower)


async def test_a_defect_of_a_reader_does_not_end_the_stream(caplog: pytest.LogCaptureFixture) -> None:
    fails = True

    def read(array: bytes) -> Batch[Thing]:
        if fails:
            raise KeyError("a defect")
        return read_things(array)

    defective: Resource[Thing] = Resource("", ("v1",), "things", lambda server: read)
    async with misbehaving(3) as server, following(server, resource=defective) as follower:
        await until(lambda: bool(follower.mirror.lags()))
        assert "KeyError" in follower.mirror.lags()[0].reason
        fails = False
        await agreed(server, follower)


@pytest.mark.parametrize("delay", [0.0, 0.001, 0.003, 0.01, 0.03, 0.1])
async def test_cancelling_at_any_time_leaves_nothing(delay: float) -> None:
    async with misbehaving(600) as server:
        server.fault("page", "stalled", stalled)
        async with following(server):
            await asyncio.sleep(delay)


async def test_cancelling_in_the_middle_of_a_failure_is_not_lost() -> None:
    frantic = dataclasses.replace(QUICK, retry_first=0.0, retry_most=0.0, least_gap=0.0)
    async with misbehaving(3) as server:
        server.fault("watch", "410", status(410, "Expired"), times=100_000)
        for moment in range(120):
            async with asyncio.timeout(2.0), following(server, pace=frantic):
                await asyncio.sleep(0.004 + 0.0001 * moment)
        assert server.performed["410"] > 100


async def test_watches_that_end_after_a_word_are_no_storm() -> None:
    word = b'{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"%d"}}}\n'
    async with misbehaving(3) as server:
        for version in range(1000):
            server.fault("watch", "word", saying(word % (200 + version)))
        async with following(server):
            await asyncio.sleep(1.0)
            assert 10 < server.performed["word"] <= 21, "one in 50 ms is what this pace allows"
            assert server.count("list") == 1
