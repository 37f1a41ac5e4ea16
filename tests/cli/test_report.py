"""`nodeview report` against a server, by its exit codes and sentences."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
import sys
from pathlib import Path
from typing import Any

import pytest

from nodeview.cli.report import problem_of, settled
from nodeview.frame import Frame
from nodeview.records import NODES, PODS
from tests.builders import a_node
from tests.cli.api_server import ApiServer, serving
from tests.cli.running import environment, nodeview
from tests.raw import raw_node, raw_pod
from tests.report.frames import a_cluster, a_frame


def a_server() -> ApiServer:
    nodes = [raw_node(f"node-{number}") for number in (1, 2)]
    pods = [raw_pod(f"pod-{number}", node="node-1") for number in range(3)]
    return ApiServer(nodes=nodes, pods=pods)


async def test_one_complete_picture_then_it_ends(tmp_path: Path) -> None:
    async with serving(a_server()) as server:
        done = await nodeview(tmp_path, "report", "-o", "json", "--kubeconfig", str(server.kubeconfig(tmp_path)))
    assert (done.code, done.err) == (0, "")
    report = json.loads(done.out)
    assert report["context"] == "tiny"
    assert report["complete"] is True
    assert [one["name"] for one in report["nodes"]] == ["node-1", "node-2"]
    assert report["totals"]["pods"]["bound"] == 3


@pytest.mark.parametrize("output", ["table", "csv", "markdown"])
async def test_the_other_forms(tmp_path: Path, output: str) -> None:
    async with serving(a_server()) as server:
        done = await nodeview(tmp_path, "report", "-o", output, "--kubeconfig", str(server.kubeconfig(tmp_path)))
    assert (done.code, done.err) == (0, "")
    assert "node-2" in done.out


async def test_the_audit_of_requests_as_a_table_and_as_json_but_not_as_csv(tmp_path: Path) -> None:
    async with serving(a_server()) as server:
        config = ("--kubeconfig", str(server.kubeconfig(tmp_path)))
        table = await nodeview(tmp_path, "report", "--audit", *config)
        as_json = await nodeview(tmp_path, "report", "--audit", "-o", "json", *config)
        csv = await nodeview(tmp_path, "report", "--audit", "-o", "csv", *config)
    assert (table.code, as_json.code, csv.code) == (0, 0, 2)
    assert "  none in 3 pods\n" in table.out
    assert json.loads(as_json.out)["audit"]["pods"] == 3
    assert "--audit is given as a table or as JSON." in csv.err


async def test_the_settings_of_its_context_hold(tmp_path: Path) -> None:
    (tmp_path / "c.toml").write_text('[context.tiny]\nextra-labels = ["node-age", "team"]\n[context.x]\nfps = 1\n')
    async with serving(a_server()) as server:
        done = await nodeview(
            tmp_path,
            "report",
            "-o",
            "csv",
            KUBECONFIG=str(server.kubeconfig(tmp_path)),
            NODEVIEW_CONFIG=str(tmp_path / "c.toml"),
        )
    assert done.out.splitlines()[0].endswith("node-age,team")


async def test_forbidden_pods_are_said_in_the_servers_words_and_counted_as_unknown(tmp_path: Path) -> None:
    server = a_server()
    server.refused.add("pods")
    async with serving(server):
        done = await nodeview(tmp_path, "report", "-o", "json", "--kubeconfig", str(server.kubeconfig(tmp_path)))
    assert done.code == 4
    assert 'User "v" cannot list resource "pods"' in done.err
    assert "Traceback" not in done.err
    report = json.loads(done.out)
    assert report["complete"] is False
    assert report["nodes"][0]["pods"] is None
    assert set(report["nodes"][0]["requested"].values()) == {None}


async def test_forbidden_nodes_leave_nothing_to_print(tmp_path: Path) -> None:
    server = a_server()
    server.refused.add("nodes")
    async with serving(server):
        done = await nodeview(tmp_path, "report", "--kubeconfig", str(server.kubeconfig(tmp_path)))
    assert (done.code, done.out) == (4, "")
    assert 'cannot list resource "nodes"' in done.err


async def test_who_is_not_known_is_refused(tmp_path: Path) -> None:
    server = a_server()
    server.code = 401
    async with serving(server):
        done = await nodeview(tmp_path, "report", "--kubeconfig", str(server.kubeconfig(tmp_path)))
    assert (done.code, done.out) == (4, "")
    assert "401" in done.err


async def test_what_does_not_come_in_time_is_named_with_what_came(tmp_path: Path) -> None:
    server = a_server()
    server.silent.add("pods")
    async with serving(server):
        done = await nodeview(
            tmp_path, "report", "-o", "json", "--timeout", "1.5", "--kubeconfig", str(server.kubeconfig(tmp_path))
        )
    assert done.code == 1
    assert "The report is not complete after 1.5 s: pods (listing)" in done.err
    report = json.loads(done.out)
    assert report["complete"] is False
    assert report["totals"]["nodes"] == 2
    assert report["totals"]["pods"]["total"] is None


async def test_no_answer_at_all_is_unreachable(tmp_path: Path) -> None:
    server = a_server()
    server.silent.add("version")
    async with serving(server):
        done = await nodeview(tmp_path, "report", "--timeout", "1", "--kubeconfig", str(server.kubeconfig(tmp_path)))
        asked = list(server.asked)
    assert asked == ["/version"]
    assert (done.code, done.out) == (3, "")
    assert "gave no answer within 1 s" in done.err


async def test_a_refused_connection_is_unreachable_at_once(tmp_path: Path) -> None:
    server = ApiServer()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        server.url = f"http://127.0.0.1:{free.getsockname()[1]}"
        done = await nodeview(tmp_path, "report", "--kubeconfig", str(server.kubeconfig(tmp_path)))
    assert (done.code, done.out) == (3, "")
    assert done.err.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ("--watch", "--watch writes a report on each line, so it needs -o json."),
        ("--every 2", "--every is the pause between the reports of --watch, which was not asked for."),
        ("-o json --filter pool=api", "--filter is for tables: a JSON report has every node."),
        ("--context nope", 'There is no context "nope"'),
        ("--kubeconfig /nope/k", "The kubeconfig /nope/k does not exist."),
        ("--node-sort creation=up", '--node-sort: "creation=up" is no sort order'),
    ],
)
async def test_what_is_asked_wrongly_is_said_without_asking_the_server(
    tmp_path: Path, arguments: str, sentence: str
) -> None:
    async with serving(a_server()) as server:
        kubeconfig = str(server.kubeconfig(tmp_path))
        done = await nodeview(tmp_path, "report", *arguments.split(), KUBECONFIG=kubeconfig)
        assert server.asked == []
    assert (done.code, done.out) == (2, "")
    assert sentence in done.err


class Watching:
    """`nodeview report -o json --watch` under way."""

    def __init__(self, child: asyncio.subprocess.Process) -> None:
        self.child = child

    async def line(self, patience_s: float = 15.0) -> dict[str, Any]:
        assert self.child.stdout is not None
        raw = await asyncio.wait_for(self.child.stdout.readline(), patience_s)
        report: dict[str, Any] = json.loads(raw)
        return report

    async def end(self) -> int:
        if self.child.returncode is None:
            self.child.kill()
        return await self.child.wait()


async def watching(server: ApiServer, home: Path, *more: str) -> Watching:
    arguments = ("report", "-o", "json", "--watch", "--kubeconfig", str(server.kubeconfig(home)), *more)
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "nodeview", *arguments),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        env=environment(home),
        limit=1 << 20,
    )
    return Watching(child)


async def test_a_watch_writes_a_line_when_more_than_ages_differ(tmp_path: Path) -> None:
    async with serving(a_server()) as server:
        watch = await watching(server, tmp_path, "--every", "0.1")
        try:
            first = await watch.line()
            assert len(first["nodes"]) == 2
            with pytest.raises(TimeoutError):
                await watch.line(2.5)
            server.news.put_nowait({"type": "ADDED", "object": raw_node("node-3", version=101)})
            second = await watch.line()
            assert len(second["nodes"]) == 3
            assert [(one["kind"], one["subject"]) for one in second["feed"]] == [("joined", "node-3")]
        finally:
            await watch.end()


async def test_a_reader_that_has_read_enough_ends_it_quietly(tmp_path: Path) -> None:
    async with serving(a_server()) as server:
        file = server.kubeconfig(tmp_path)
        command = f"{sys.executable} -m nodeview report -o json --watch --every 0.1 --kubeconfig {file} | head -c 10"
        shell = await asyncio.create_subprocess_shell(
            f"set -o pipefail; {command}",
            executable="/bin/bash",
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=environment(tmp_path),
        )
        for number in range(3, 200):
            await asyncio.sleep(0.1)
            if shell.returncode is not None:
                break
            server.news.put_nowait({"type": "ADDED", "object": raw_node(f"node-{number}", version=100 + number)})
        out, err = await asyncio.wait_for(shell.communicate(), 15)
    assert (shell.returncode, len(out), err) == (0, 10, b"")


async def test_an_interrupt_is_130_and_no_more(tmp_path: Path) -> None:
    server = a_server()
    server.silent.add("pods")
    async with serving(server):
        child = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "nodeview", "report", "--kubeconfig", str(server.kubeconfig(tmp_path))),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=environment(tmp_path),
        )
        while "/api/v1/pods" not in server.asked:
            await asyncio.sleep(0.02)
        child.send_signal(signal.SIGINT)
        out, err = await asyncio.wait_for(child.communicate(), 10)
    assert (child.returncode, out, err) == (130, b"", b"")


class Script:
    """Frames in order; then it waits for ever."""

    def __init__(self, *frames: Frame) -> None:
        self.frames = list(frames)

    async def next(self) -> Frame:
        if not self.frames:
            await asyncio.Event().wait()
        return self.frames.pop(0)


async def test_it_waits_for_every_listing() -> None:
    nodes, pods, pools = a_cluster()
    early, late = a_frame(nodes, listing=[PODS]), a_frame(nodes, pods, pools)
    assert await settled(Script(early, late), 5) is late
    assert await settled(Script(early), 0.05) is early
    assert await settled(Script(), 0.05) is None


def test_the_problem_is_what_was_refused_before_what_is_late() -> None:
    assert problem_of(a_frame([a_node()]), 60) is None
    late = problem_of(a_frame([a_node()], listing=[NODES, PODS]), 60)
    assert late is not None
    assert late.exit_code == 1
    assert late.sentence == "The report is not complete after 60 s: nodes (listing), pods (listing)."
    refused = problem_of(a_frame([a_node()], listing=[NODES], forbidden=[PODS]), 60)
    assert refused is not None
    assert refused.exit_code == 4
