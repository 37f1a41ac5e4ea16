"""`nodeview rotate status|resume|abort`, with and without a journal."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from nodeview.cli.arguments import parse
from nodeview.cli.rotate_known import run_known
from nodeview.errors import UsageError
from nodeview.settings import read_sources
from tests.cli.running import Done, environment, nodeview
from tests.cli.test_rotate_run import busy_node, kubeconfig
from tests.demo_child import DemoChild, demo_child
from tests.live.rotating import Aftermath


@pytest.mark.parametrize("words", [["sttaus"], ["resume"], ["abort"], ["resume", "a", "b"]])
def test_words_that_mean_nothing_are_said(words: list[str]) -> None:
    with pytest.raises(UsageError):
        run_known(read_sources({}, {"HOME": "/nowhere"}), parse(["rotate", *words]))


@pytest.fixture(scope="module")
def demo() -> Iterator[DemoChild]:
    with demo_child("quiet", "--speed=20") as child:
        yield child


async def _rotate(home: Path, demo: DemoChild, *arguments: str) -> Done:
    state = {"NODEVIEW_STATE_DIR": str(home / "state")}
    return await nodeview(home, "rotate", "--kubeconfig", kubeconfig(home, demo), *arguments, **state)


async def _cut_off(home: Path, demo: DemoChild, name: str) -> str:
    """Begin a rotation and kill it once its node is cordoned; its id."""
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "nodeview", "rotate", "--kubeconfig", kubeconfig(home, demo)),
        *("--nodes", name, "--until", "empty", "--execute", "--yes"),
        stdout=asyncio.subprocess.PIPE,
        env=environment(home, NODEVIEW_STATE_DIR=str(home / "state")),
    )
    assert child.stdout is not None
    async with asyncio.timeout(30):
        while b"cordoned" not in (line := await child.stdout.readline()) or b"cordon node" not in line:
            assert line
    child.kill()
    await child.wait()
    return Aftermath(demo).marks()[name]["nodeview.dev/rotation"]


@pytest.mark.slow
@pytest.mark.parametrize("verb", ["resume", "abort"])
@pytest.mark.parametrize("here", [True, False], ids=["here", "elsewhere"])
async def test_one_that_was_cut_off(tmp_path: Path, demo: DemoChild, *, here: bool, verb: str) -> None:
    """By `kill -9`; then gone on with or undone, from this machine or from another, which has no journal."""
    after, name = Aftermath(demo), busy_node(demo)
    id_ = await _cut_off(tmp_path, demo, name)
    home = tmp_path if here else tmp_path / "other"
    home.mkdir(exist_ok=True)
    status = await _rotate(home, demo, "status", id_)
    assert f"{id_}  open" in status.out, status.err
    assert ("its journal is not here" in status.out) is not here
    assert f"{name}: cordoned by it" in status.out
    second = await _rotate(home, demo, "--nodes", name, "--until", "empty", "--execute", "--yes")
    assert (second.code, id_ in second.out) == (4, True), second.out + second.err
    done = await _rotate(home, demo, verb, id_)
    assert done.code == 0, done.out + done.err
    if verb == "resume":
        assert after.pods_on([name]) == []
        marks = after.marks()
        assert not after.there([name]) or marks[name]["nodeview.dev/rotation-ended"]
        again = await _rotate(home, demo, "resume", id_)
        assert "is over" in again.err
    else:
        assert name not in after.cordoned()
        assert name not in after.marks()
    after.uncordon_all()


@pytest.mark.slow
async def test_one_that_nobody_knows(tmp_path: Path, demo: DemoChild) -> None:
    done = await _rotate(tmp_path, demo, "resume", "nothing")
    assert (done.code, 'No rotation is called "nothing"' in done.err) == (2, True)
    assert (await _rotate(tmp_path, demo, "status")).out == "There is no rotation, here or on any node.\n"


async def test_one_whose_journal_says_nothing_and_no_node_does(tmp_path: Path, demo: DemoChild) -> None:
    folder = tmp_path / "state" / "rotations"
    folder.mkdir(parents=True)
    (folder / "20261121-torn.jsonl").write_text('{"type":"pl')
    done = await _rotate(tmp_path, demo, "resume", "20261121-torn")
    assert done.code == 1
    assert "was cut short before it said its plan" in done.err
    assert "plan anew" in done.err
    listed = await _rotate(tmp_path, demo, "status")
    assert "20261121-torn  unknown" in listed.out
    assert "resume" not in listed.out
