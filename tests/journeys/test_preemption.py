"""A spike takes a balloon's room: the whole story is read from the screen, and is what the API server says."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from nodeview.views import short_name
from tests.demo_child import DemoChild, demo_child
from tests.journeys.person import sitting_at

MESSAGES = "/apis/apps/v1/namespaces/chat/deployments/messages"
MERGE = "application/merge-patch+json"
STORY = re.compile(
    r"preempted (?P<victim>overprovisioning/balloon-\S+) on (?P<node>\S+) by (?P<by>chat/messages-\S+) \(0\): "
    r"running after (?P<run>\d+) s, balloon running again after (?P<refill>\d+) s on (?P<new>new node )?(?P<where>\S+)"
)


@pytest.fixture
def demo() -> Iterator[DemoChild]:
    """A quiet cluster in which a minute passes in six seconds."""
    with demo_child("quiet", "--speed=10") as child:
        yield child


async def test_a_balloon_gives_way_and_is_refilled(demo: DemoChild) -> None:
    async with sitting_at(demo.connection(), width=160) as person:
        await person.sees("● live")
        assert "preempted" not in person.text()
        replicas = demo.get(MESSAGES)["spec"]["replicas"]
        demo.send("PATCH", MESSAGES, {"spec": {"replicas": replicas + 30}}, MERGE)
        await person.sees("preempted", "overprovisioning/balloon")
        await person.press("f", shows="HAPPENED")
        await person.press("t", shows="Kind")
        await person.press("end", "enter", shows="hidden by kind=preempted")
        await person.press("end")
        text = await person.until(lambda text: STORY.search(flat(text)) is not None, "a whole story", patience=20)
        story = STORY.search(flat(text))
        assert story is not None
        assert "preempted: running after" in text
        assert "refilled after" in text
    victim = story["victim"].partition("/")[2]
    events = [one for one in demo.items("events") if one["reason"] == "Preempted"]
    about = [one for one in events if one["involvedObject"]["name"] == victim]
    said = [re.findall(r"Preempted by pod (\S+) on node (\S+)", one["message"])[0] for one in about]
    pods = {one["metadata"]["uid"]: one["metadata"]["name"] for one in demo.items("pods")}
    assert {story["node"]} == {short_name(node) for _, node in said}
    assert story["by"].partition("/")[2] in {pods[uid] for uid, _ in said}, "a large balloon makes room for several"
    created = {short_name(one["metadata"]["name"]): one["metadata"]["creationTimestamp"] for one in demo.items("nodes")}
    assert (story["new"] is not None) is (created[story["where"]] >= about[0]["eventTime"][:19])
    assert int(story["run"]) <= int(story["refill"]) < 30


def flat(text: str) -> str:
    """The words at the bottom of the screen in one line."""
    _, kind, rest = text.rpartition("preempted overprovisioning")
    return re.sub(r"\s+", " ", kind + rest)
