"""What is written on nodes, against a server of a few objects."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from msgspec.structs import replace

from nodeview.actions.marks import KEYS, TAINT, Mark, mark_of
from nodeview.errors import Unreachable
from nodeview.live import executor_writes
from nodeview.live.executor_nodes import NodeWrites
from nodeview.live.executor_state import NodeGone, StepFailed
from nodeview.live.executor_writes import Sender
from nodeview.wire.writer_answers import Standing
from tests.live.executing import Book, Objects, conflict, node_subject

MARK = Mark("ours", "ann", "2026-11-21T12:00:00Z", "rotate", options="{}")
NODE = node_subject()
OTHERS = {"key": "theirs", "effect": "NoSchedule"}


def _standing(**said: object) -> Standing:
    return Standing("uid-n1", "1", taints=(OTHERS,), **said)  # type: ignore[arg-type]


def _writes(server: Objects) -> NodeWrites:
    sender = Sender(Book(), asyncio.Event(), lambda: 1_000.0)
    return NodeWrites(sender, server.writer, MARK, lambda: 1_000.0)


async def test_a_cordon_bears_the_mark_in_the_same_write() -> None:
    server = Objects(n1=_standing())
    assert await _writes(server).cordon(1, NODE) == "cordoned"
    there = server.objects["n1"]
    assert there.unschedulable
    assert mark_of(there.annotations) == replace(MARK, cordoned=True)
    assert server.did == [("patch", "n1", False)]
    assert await _writes(server).cordon(1, NODE) == "cordoned"
    assert len(server.did) == 1


async def test_a_cordon_of_another_stays_another_s() -> None:
    server = Objects(n1=_standing(unschedulable=True, cordoned_by="kubectl-cordon"))
    writes = _writes(server)
    await writes.claim(NODE)
    assert "before" in await writes.cordon(1, NODE)
    assert await writes.give_back(0, NODE)
    assert server.objects["n1"].unschedulable
    assert not set(server.objects["n1"].annotations) & set(KEYS)


async def test_what_another_rotation_holds_is_not_touched() -> None:
    theirs = {key: value for key, value in replace(MARK, id="theirs").annotations.items() if value}
    server = Objects(n1=_standing(annotations=theirs))
    for write in (_writes(server).claim(NODE), _writes(server).cordon(1, NODE), _writes(server).uncordon(1, NODE)):
        with pytest.raises(StepFailed, match="theirs of ann"):
            await write
    assert not await _writes(server).give_back(0, NODE)
    assert server.did == []


async def test_a_rotation_that_is_over_holds_nothing() -> None:
    over = {key: value for key, value in replace(MARK, id="theirs", ended="then").annotations.items() if value}
    server = Objects(n1=_standing(annotations=over))
    assert await _writes(server).cordon(1, NODE) == "cordoned"


async def test_what_was_cordoned_anew_by_somebody_else_is_left_to_them() -> None:
    server = Objects(n1=_standing())
    await _writes(server).cordon(1, NODE)
    server.objects["n1"] = replace(server.objects["n1"], cordoned_by="kubectl-cordon")
    assert await _writes(server).give_back(0, NODE)
    assert server.objects["n1"].unschedulable


async def test_a_taint_of_ours_comes_beside_the_others_and_goes_with_the_cordon() -> None:
    server = Objects(n1=_standing())
    await _writes(server).taint(1, NODE, add=True)
    ours = {"key": TAINT, "value": "ours", "effect": "PreferNoSchedule"}
    assert list(server.objects["n1"].taints) == [OTHERS, ours]
    await _writes(server).cordon(2, NODE)
    assert list(server.objects["n1"].taints) == [OTHERS]


async def test_giving_back_undoes_all_that_was_ours() -> None:
    server = Objects(n1=_standing(annotations={"kept": "yes"}))
    writes = _writes(server)
    await writes.claim(NODE)
    await writes.taint(1, NODE, add=True)
    await writes.cordon(2, NODE)
    assert await writes.give_back(0, NODE)
    there = server.objects["n1"]
    assert (there.unschedulable, there.annotations, there.taints) == (False, {"kept": "yes"}, (OTHERS,))
    assert not await writes.give_back(0, NODE)


async def test_the_end_is_said_and_the_cordon_stays() -> None:
    server = Objects(n1=_standing())
    await _writes(server).cordon(1, NODE)
    await _writes(server).end(NODE)
    there = server.objects["n1"]
    mark = mark_of(there.annotations)
    assert mark is not None
    assert (there.unschedulable, mark.ended) == (True, "1970-01-01T00:16:40Z")


async def test_a_node_that_others_write_is_read_again() -> None:
    server = Objects(n1=_standing())
    server.failures = [conflict(), conflict()]
    assert await _writes(server).cordon(1, NODE) == "cordoned"
    assert len(server.did) == 3
    server = Objects(n1=_standing())
    server.failures = [conflict() for _ in range(100)]
    with pytest.raises(StepFailed, match="all the time"):
        await _writes(server).cordon(1, NODE)


async def test_a_cordon_that_was_taken_without_an_answer_is_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(executor_writes, "FIRST_PAUSE_S", 0.001)
    server = Objects(n1=_standing())
    patch = server.patch_node

    async def silent(*given: object, **said: object) -> Standing:
        await patch(*given, **said)  # type: ignore[arg-type]
        raise Unreachable("no answer in time.")

    server.patch_node = silent  # type: ignore[method-assign]
    assert await _writes(server).cordon(1, NODE) == "cordoned"
    assert len(server.did) == 1


@pytest.mark.parametrize("there", [{}, {"n1": Standing("another", "1")}])
async def test_a_node_that_is_gone_or_another_is_said(there: dict[str, Standing]) -> None:
    with pytest.raises(NodeGone):
        await _writes(Objects(**there)).cordon(1, NODE)


async def test_an_annotation_is_set_once_and_taken_away() -> None:
    server = Objects(n1=_standing())
    assert await _writes(server).annotate(1, NODE, "k", "v") == "k=v"
    await _writes(server).annotate(1, NODE, "k", "v")
    assert len(server.did) == 1
    await _writes(server).annotate(1, NODE, "k", None)
    assert "k" not in server.objects["n1"].annotations


async def test_a_heartbeat_in_between_is_no_refusal_of_a_dry_run() -> None:
    class Beating(Objects):
        async def look(self, subject: Any) -> Standing | None:
            seen = await super().look(subject)
            assert seen is not None
            self.objects[subject.name] = replace(seen, version=f"{seen.version}0")
            return seen

    server = Beating(n1=_standing())
    await _writes(server).dry(NODE, "cordon")
    assert server.did == [("patch", "n1", True)]


async def test_a_dry_run_keeps_nothing() -> None:
    server = Objects(n1=_standing())
    for verb in ("cordon", "uncordon", "prefer-elsewhere", "protect"):
        await _writes(server).dry(NODE, verb)
    assert server.objects["n1"] == _standing()
    assert {dry for _, _, dry in server.did} == {True}
