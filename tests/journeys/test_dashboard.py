"""Stories of a person at the dashboard of a whole cluster: every text that is asserted was absent before the key."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from nodeview.views import short_name
from tests import oracle
from tests.demo_child import DemoChild, demo_child
from tests.journeys.person import Person, sitting_at

POOL = "karpenter.sh/nodepool"


@pytest.fixture(scope="module")
def demo() -> Iterator[DemoChild]:
    """A busy cluster in which time stands all but still."""
    with demo_child("busy", "--speed=0.01") as child:
        yield child


@pytest.fixture
async def person(demo: DemoChild) -> AsyncIterator[Person]:
    """Somebody who sees the complete dashboard."""
    async with sitting_at(demo.connection()) as one:
        await one.sees("● live", f"{len(demo.items('nodes'))} nodes")
        yield one


def names(nodes: list[Any], **labels: str) -> set[str]:
    """The short names of the nodes in a pool, or all of them."""
    pool = labels.get("pool")
    return {short_name(one["metadata"]["name"]) for one in nodes if pool in (None, one["metadata"]["labels"].get(POOL))}


def seen(text: str, among: set[str]) -> set[str]:
    """Which of these names stand at the beginning of a row."""
    return {line[1:].split(" ")[0] for line in text.splitlines() if line[1:].split(" ")[0] in among}


async def test_the_header_says_what_the_oracle_says(person: Person, demo: DemoChild) -> None:
    nodes, pods = demo.items("nodes"), demo.items("pods")
    states = oracle.states(nodes, pods)
    head = "\n".join(person.lines()[:4])
    assert f"{sum(states.values())} pods" in head
    for state in ("starting", "terminating", "pending"):
        assert f"{states[state]} {state}" in head
    spare = [pod for pod in pods if pod["spec"].get("priority", 0) < 0]
    work = [pod for pod in pods if pod not in spare]
    asked, balloon = (
        sum((sums.get("cpu", oracle.amount(0)) for _, sums in oracle.by_node(nodes, some).values()), oracle.amount(0))
        for some in (work, spare)
    )
    whole = oracle.allocatable(nodes, "cpu")
    assert f"{round(asked)} + {round(balloon)} of {round(whole)} vCPU" in head
    assert seen(person.text(), names(nodes)) == names(nodes)


async def test_a_filter_is_live_and_what_it_hides_is_counted(person: Person, demo: DemoChild) -> None:
    nodes = demo.items("nodes")
    api, every = names(nodes, pool="api"), names(nodes)
    assert 0 < len(api) < len(every)
    await person.press("slash", shows="words, pool=api")
    await person.type("pool=ap")
    await person.press("i", shows=f"{len(every) - len(api)} hidden by pool=api")
    assert seen(person.text(), every) == api
    await person.press("enter")
    await person.press("escape", hides="hidden by")
    assert seen(person.text(), every) == every


async def test_a_wrong_filter_is_said_and_the_last_right_one_holds(person: Person, demo: DemoChild) -> None:
    every = names(demo.items("nodes"))
    await person.press("slash")
    await person.type("cpu>")
    await person.press("x", shows='"x" is not a percent')
    assert seen(person.text(), every) == every, "nothing is guessed"
    await person.press("backspace", "0", hides="is not a percent")
    await person.press("escape")
    await person.press("slash")
    assert "no such column" not in person.text()
    await person.type("colour=red")
    await person.sees("no such column or label: colour")


async def test_sorting_moves_the_sign_and_the_rows(person: Person, demo: DemoChild) -> None:
    nodes, pods = demo.items("nodes"), demo.items("pods")
    counts = {short_name(name): count for name, (count, _) in oracle.by_node(nodes, pods).items()}
    await person.press("s", shows="Sort by")
    await person.press(*["down"] * 9)  # past what is used, which is too wide for the table here
    await person.press("enter", shows="PODS▲", hides="Sort by")
    assert in_order(person, counts) == sorted(counts.values())
    await person.press("S", shows="PODS▼", hides="PODS▲")
    assert in_order(person, counts) == sorted(counts.values(), reverse=True)
    await person.press("greater_than_sign", shows="$/H▼", hides="PODS▼")


def in_order(person: Person, counts: dict[str, int]) -> list[int]:
    """The counts of the nodes, row by row."""
    return [counts[name] for line in person.lines() if (name := line[1:].split(" ")[0]) in counts]


async def test_grouping_gathers_the_nodes_with_their_sums(person: Person, demo: DemoChild) -> None:
    nodes = demo.items("nodes")
    pools = Counter(one["metadata"]["labels"].get(POOL) for one in nodes)
    await person.press("g", shows="Group by")
    await person.press("down")
    text = await person.press("enter", shows=f"api · {pools['api']} nodes", hides="Group by")
    whole = text + await person.press("end")
    for pool, count in pools.items():
        if pool is not None:
            assert f"{pool} · {count} nodes" in whole
    pods = oracle.by_node(nodes, demo.items("pods"))
    of_api = [pods[one["metadata"]["name"]] for one in nodes if one["metadata"]["labels"].get(POOL) == "api"]
    heading = next(line for line in text.splitlines() if f"api · {pools['api']} nodes" in line)
    assert f" {sum(count for count, _ in of_api)} " in heading


async def test_enter_opens_the_node_with_its_pods(person: Person, demo: DemoChild) -> None:
    nodes = sorted(demo.items("nodes"), key=lambda one: [int(part) for part in digits(one["metadata"]["name"])])
    second = nodes[1]
    mine = [one for one in demo.items("pods") if one["spec"].get("nodeName") == second["metadata"]["name"]]
    await person.press("down")
    text = await person.press("enter", shows=second["metadata"]["name"])
    assert second["metadata"]["labels"]["node.kubernetes.io/instance-type"] in text
    assert f"{len(mine)} of " in text
    on_screen = [one["metadata"]["name"] for one in mine if one["metadata"]["name"] in text]
    assert len(on_screen) > 3, "its pods are listed by name"
    await person.press("tab", "end")
    await person.sees("kubernetes.io/hostname")
    await person.press("escape", hides=second["metadata"]["name"], shows="NAME▲")


def digits(name: str) -> list[str]:
    """The figures in a name like ip-10-0-3-103."""
    return [part for part in short_name(name).split("-") if part.isdigit()]


async def test_p_shows_what_waits_why_and_the_pods_of_a_group(person: Person, demo: DemoChild) -> None:
    begun = [one for one in demo.items("pods") if one["status"]["phase"] == "Pending" and one["metadata"].get("uid")]
    waiting = [one for one in begun if not one["spec"].get("nodeName")]
    assert waiting
    text = await person.press("p", shows="WAITS")
    assert f"{len(waiting)} pending" in text
    oldest = min(begun, key=lambda one: one["metadata"]["creationTimestamp"])["metadata"]
    assert f" {oldest['namespace']} " in text
    assert oldest["name"] not in text
    await person.press("enter", "down", shows=f"{oldest['namespace']}/{oldest['name']}")
    await person.press("escape", hides="WAITS")


async def test_help_comes_and_goes_from_every_screen(person: Person) -> None:
    for way_in in ("", "enter", "p"):
        if way_in:
            await person.press(way_in)
        text = await person.press("question_mark", shows="Light or dark")
        assert "Keys" in text
        await person.press("end", shows="on its way")
        await person.press("escape", hides="on its way")
        if way_in:
            await person.press("escape", shows="NAME▲")


async def test_light_and_dark(person: Person) -> None:
    before = person.app.theme
    await person.press("f2")
    assert person.app.theme != before
    await person.sees("● live")


async def test_q_leaves_with_no_failure(person: Person) -> None:
    await person.pilot.press("q")
    await person.pilot.pause()
    assert person.app.return_code == 0
    assert person.app.failure is None


SIZES = [(80, 24), (120, 40), (200, 60), (300, 100), (60, 8), (100, 9)]


async def test_every_size_shows_nodes_or_says_politely_that_it_cannot(person: Person, demo: DemoChild) -> None:
    every = names(demo.items("nodes"))
    for width, height in SIZES:
        await person.pilot.resize_terminal(width, height)
        text = await person.sees("● live", f"{len(every)} nodes", "NAME▲")
        lines = text.splitlines()
        assert len(lines) == height
        assert max(map(len, lines)) <= width
        assert seen(text, every) or "…" in text
    for width, height in [(59, 20), (80, 7), (20, 5), (1, 1), (3, 40)]:
        await person.pilot.resize_terminal(width, height)
        await person.pilot.pause(0.05)
        assert "live" not in person.text()
        if width >= 20:
            assert f"{width}×{height}" in person.text()
    await person.pilot.resize_terminal(120, 40)
    await person.sees("● live", "NAME▲")
    assert seen(person.text(), every) == every


async def test_every_screen_survives_every_size(person: Person) -> None:
    for way_in in ("enter", "p", "question_mark", "s", "slash"):
        await person.press(way_in)
        for width, height in [(20, 5), (60, 8), (300, 100), (1, 1), (80, 24), (120, 40)]:
            await person.pilot.resize_terminal(width, height)
            await person.pilot.pause(0.02)
        await person.press("escape")
    await person.sees("● live", "NAME▲")
    assert person.app.failure is None
