"""`nodeview rotate --execute` as a person runs it: exit codes, lines, Ctrl-C, and what is there afterwards."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from nodeview.cli.rotate_run import refuse_read_only
from nodeview.errors import Refused
from nodeview.settings import Settings
from tests.cli.running import Done, environment, nodeview
from tests.demo_child import DemoChild, demo_child
from tests.live.rotating import Aftermath


def kubeconfig(folder: Path, demo: DemoChild) -> str:
    """A kubeconfig whose only context is the demo's; its token is in the path."""
    file = folder / "kubeconfig"
    content = {
        "clusters": [{"name": "tiny", "cluster": {"server": f"{demo.url}/{demo.token}"}}],
        "contexts": [{"name": "tiny", "context": {"cluster": "tiny"}}],
        "current-context": "tiny",
    }
    file.write_text(json.dumps(content))
    return str(file)


def busy_node(demo: DemoChild) -> str:
    """A node on which pods of Deployments run, and none without a controller."""
    owners: dict[str, set[str]] = {}
    for pod in demo.items("pods"):
        kinds = {one["kind"] for one in pod["metadata"].get("ownerReferences") or ()} or {"nobody"}
        owners.setdefault(pod["spec"].get("nodeName", ""), set()).update(kinds)
    taken = Aftermath(demo).cordoned()
    return next(
        name
        for name in sorted(owners)
        if name and name not in taken and {"ReplicaSet"} <= owners[name] <= {"ReplicaSet", "DaemonSet"}
    )


def test_read_only_forbids_every_write() -> None:
    refuse_read_only(Settings())
    with pytest.raises(Refused, match="--read-only forbids every write") as refused:
        refuse_read_only(Settings(read_only=True, origins={"read_only": "--read-only"}))
    assert refused.value.exit_code == 4


@pytest.fixture(scope="module")
def demo() -> Iterator[DemoChild]:
    with demo_child("quiet", "--speed=20") as child:
        yield child


@pytest.mark.slow
class TestOnTheDemo:
    """The whole command, in processes of its own."""

    @pytest.fixture(autouse=True)
    def _clean(self, demo: DemoChild) -> Iterator[None]:
        yield
        Aftermath(demo).uncordon_all()

    async def _rotate(self, home: Path, demo: DemoChild, *arguments: str) -> Done:
        state = {"NODEVIEW_STATE_DIR": str(home / "state")}
        return await nodeview(home, "rotate", "--kubeconfig", kubeconfig(home, demo), *arguments, **state)

    async def test_a_plan_alone_writes_nothing(self, tmp_path: Path, demo: DemoChild) -> None:
        done = await self._rotate(tmp_path, demo, "--nodes", busy_node(demo))
        assert done.code in (0, 4), done.err
        assert not Aftermath(demo).marks()
        assert not (tmp_path / "state").exists()

    async def test_without_a_terminal_it_does_not_begin(self, tmp_path: Path, demo: DemoChild) -> None:
        done = await self._rotate(tmp_path, demo, "--nodes", busy_node(demo), "--until", "empty", "--execute")
        assert (done.code, "--yes" in done.err) == (1, True), done.err
        assert not Aftermath(demo).marks()

    async def test_read_only_is_refused(self, tmp_path: Path, demo: DemoChild) -> None:
        done = await self._rotate(tmp_path, demo, "--nodes", busy_node(demo), "--execute", "--yes", "--read-only")
        assert (done.code, done.err) == (4, "nodeview: --read-only forbids every write. A plan alone writes nothing.\n")

    async def test_it_is_carried_out_and_told(self, tmp_path: Path, demo: DemoChild) -> None:
        name = busy_node(demo)
        done = await self._rotate(tmp_path, demo, "--nodes", name, "--until", "empty", "--execute", "--yes")
        assert (done.code, done.err) == (0, "")
        assert f"await-empty node/{name}: empty" in done.out
        assert "All is done." in done.out
        (report,) = (tmp_path / "state" / "rotations").glob("*.md")
        assert "**done**" in report.read_text()
        assert demo.token not in report.with_suffix(".jsonl").read_text() + report.read_text() + done.out
        assert Aftermath(demo).pods_on([name]) == []
        status = await self._rotate(tmp_path, demo, "status")
        assert f"{report.stem}  done" in status.out

    async def test_ctrl_c_says_how_to_go_on_and_it_does(self, tmp_path: Path, demo: DemoChild) -> None:
        name = busy_node(demo)
        child = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "nodeview", "rotate", "--kubeconfig", kubeconfig(tmp_path, demo)),
            *("--nodes", name, "--until", "empty", "--execute", "--yes"),
            stdout=asyncio.subprocess.PIPE,
            env=environment(tmp_path, NODEVIEW_STATE_DIR=str(tmp_path / "state")),
        )
        assert child.stdout is not None
        async with asyncio.timeout(30):
            while b"  restart deployment" not in (line := await child.stdout.readline()):
                assert line
            child.send_signal(signal.SIGINT)
            rest = (await child.stdout.read()).decode()
            assert await child.wait() == 130
        id_ = rest.partition("rotate resume ")[2].split()[0]
        assert "Stopping: what was begun is finished first." in rest
        again = await self._rotate(tmp_path, demo, "resume", id_)
        assert again.code == 0, again.out + again.err
        assert Aftermath(demo).pods_on([name]) == []
