"""`nodeview doctor` as a person runs it: exit codes, forms, and what is said of this side."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import pytest
import yaml

from nodeview.cli.doctor import role_text, terminal_check
from nodeview.report.schema import schema_text
from tests.cli.api_server import ApiServer, serving
from tests.cli.running import environment, nodeview
from tests.demo_child import DemoChild, demo_child
from tests.refusing import refusing

SECRET = "proxys3cret"


def kubeconfig(folder: Path, url: str, **cluster: str) -> str:
    """A kubeconfig whose only context, `tiny`, is this server."""
    file = folder / "kubeconfig"
    content = {
        "clusters": [{"name": "tiny", "cluster": {"server": url, **cluster}}],
        "contexts": [{"name": "tiny", "context": {"cluster": "tiny"}}],
        "current-context": "tiny",
    }
    file.write_text(json.dumps(content))
    return str(file)


@pytest.fixture(scope="module")
def demo() -> Iterator[DemoChild]:
    with demo_child("quiet", "--speed=0.01") as child:
        yield child


async def test_all_well_is_0_and_names_the_file(tmp_path: Path, demo: DemoChild) -> None:
    async with refusing(demo.url, demo.token) as server:
        done = await nodeview(tmp_path, "doctor", "--kubeconfig", kubeconfig(tmp_path, server.url))
    assert (done.code, done.err) == (0, "")
    assert "context tiny of" in done.out
    assert done.out.endswith("All that is watched can be.\n")


async def test_json_keeps_to_the_schema_that_report_prints(tmp_path: Path, demo: DemoChild) -> None:
    async with refusing(demo.url, demo.token, "/api/v1/pods") as server:
        done = await nodeview(tmp_path, "doctor", "-o", "json", "--kubeconfig", kubeconfig(tmp_path, server.url))
    document = json.loads(done.out)
    assert (done.code, done.err, document["exit_code"]) == (4, "", 4)
    schema = await nodeview(tmp_path, "report", "--schema", "doctor")
    assert schema.out == schema_text("doctor")
    jsonschema.Draft202012Validator(json.loads(schema.out)).validate(document)


async def test_a_refused_connection_is_3_and_told_in_full(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
        done = await nodeview(tmp_path, "doctor", "--kubeconfig", kubeconfig(tmp_path, url))
    assert (done.code, done.err) == (3, "")
    assert "connection refused" in done.out
    assert "Traceback" not in done.out


async def test_no_answer_in_time_is_3(tmp_path: Path) -> None:
    server = ApiServer()
    server.silent.add("version")
    async with serving(server):
        file = str(server.kubeconfig(tmp_path))
        done = await nodeview(tmp_path, "doctor", "--timeout", "0.5", "--kubeconfig", file)
    assert done.code == 3
    assert "gave no answer within 0.5 s" in " ".join(done.out.split())


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
async def test_a_stop_signal_ends_it_quietly(tmp_path: Path, number: int, code: int) -> None:
    server = ApiServer()
    server.silent.add("version")
    async with serving(server):
        child = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "nodeview", "doctor", "--kubeconfig", str(server.kubeconfig(tmp_path))),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=environment(tmp_path),
        )
        while "/version" not in server.asked:
            await asyncio.sleep(0.02)
        child.send_signal(number)
        out, err = await asyncio.wait_for(child.communicate(), 10)
    assert (child.returncode, out, err) == (code, b"", b"")


async def test_rejected_credentials_are_4(tmp_path: Path) -> None:
    server = ApiServer()
    server.code = 401
    async with serving(server):
        done = await nodeview(tmp_path, "doctor", "--kubeconfig", str(server.kubeconfig(tmp_path)))
    assert (done.code, done.err) == (4, "")
    assert "The server does not know who we are" in done.out


async def test_the_password_of_a_proxy_is_nowhere(tmp_path: Path) -> None:
    proxied = {"proxy-url": f"http://anna:{SECRET}@127.0.0.1:1"}
    file = kubeconfig(tmp_path, "http://127.0.0.1:2", **proxied)
    for output in ("table", "json"):
        done = await nodeview(tmp_path, "doctor", "-o", output, "--kubeconfig", file)
        assert done.code == 3
        assert "127.0.0.1:1" in done.out
        assert SECRET not in done.out + done.err


async def test_a_plugin_that_is_not_there_is_4_with_its_install_hint_and_nothing_is_asked(tmp_path: Path) -> None:
    file = Path(kubeconfig(tmp_path, "https://127.0.0.1:1"))
    content = json.loads(file.read_text())
    plugin = {
        "apiVersion": "client.authentication.k8s.io/v1",
        "command": "no-such-plugin",
        "args": [SECRET],
        "installHint": "Get it from the shelf.",
        "interactiveMode": "Never",
    }
    content["users"] = [{"name": "anna", "user": {"exec": plugin}}]
    content["contexts"][0]["context"]["user"] = "anna"
    file.write_text(json.dumps(content))
    done = await nodeview(tmp_path, "doctor", "--kubeconfig", str(file))
    said = " ".join(done.out.split())
    assert (done.code, done.err) == (4, "")
    assert 'The exec plugin "no-such-plugin" of user "anna" was not found. Get it from the shelf.' in said
    assert "not asked without credentials" in said
    assert said.endswith("There are no credentials, so nothing could be asked.")
    assert SECRET not in done.out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ("-o csv", 'A diagnosis cannot be written as "csv". There are table and json.'),
        ("--context nope", 'There is no context "nope"'),
        ("--kubeconfig /nope/k", "The kubeconfig /nope/k does not exist."),
        ("--watch", "--watch is a flag of `nodeview report` only."),
    ],
)
async def test_what_is_asked_wrongly_is_2(tmp_path: Path, arguments: str, sentence: str) -> None:
    file = kubeconfig(tmp_path, "http://127.0.0.1:1")
    done = await nodeview(tmp_path, "doctor", *arguments.split(), KUBECONFIG=file)
    assert (done.code, done.out) == (2, "")
    assert sentence in done.err


async def test_roles_are_printed_without_any_cluster(tmp_path: Path) -> None:
    done = await nodeview(tmp_path, "doctor", "--role", "act")
    assert (done.code, done.err, done.out) == (0, "", role_text("act"))
    assert [(one["kind"], one["metadata"]["name"]) for one in yaml.safe_load_all(done.out)] == [
        ("ClusterRole", "nodeview-view"),
        ("Role", "nodeview-view"),
        ("ClusterRole", "nodeview-act"),
    ]
    assert [one["kind"] for one in yaml.safe_load_all(role_text("view"))] == ["ClusterRole", "Role"]


@pytest.mark.parametrize(
    ("environ", "encoding", "size", "verdict", "said"),
    [
        (
            {"TERM": "xterm-256color", "COLORTERM": "truecolor"},
            "UTF-8",
            (120, 40),
            "ok",
            "120 × 40, 16 million colours",
        ),
        ({"TERM": "xterm-256color"}, "utf8", (80, 24), "ok", "80 × 24, 256 colours, unicode"),
        ({"TERM": "linux"}, "UTF-8", (80, 24), "ok", "16 colours or fewer"),
        ({"TERM": "xterm", "NO_COLOR": "1"}, "UTF-8", (80, 24), "ok", "no colours (NO_COLOR)"),
        ({"TERM": "xterm"}, "ISO-8859-1", (80, 24), "caution", "ISO-8859-1 characters"),
        ({"TERM": "xterm"}, "UTF-8", (40, 24), "caution", "40 × 24"),
        ({"TERM": "dumb"}, "UTF-8", (80, 24), "caution", "80 × 24"),
        ({}, "UTF-8", None, "ok", "none here"),
    ],
)
def test_the_terminal(
    environ: dict[str, str], encoding: str, size: tuple[int, int] | None, verdict: str, said: str
) -> None:
    check = terminal_check(environ, encoding, size)
    assert check.verdict == verdict
    assert said in check.said
    assert bool(check.hint) is (verdict == "caution")
