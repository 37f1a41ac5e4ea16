"""Exec plugins that behave, and all the ways in which they do not. Each runs for real."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from pathlib import Path

import pytest

from nodeview.errors import CredentialError
from nodeview.wire.exec_plugin import API_VERSIONS, ExecPlugin, last_words, run_plugin
from nodeview.wire.renewal import Credential

V1, V1BETA1 = API_VERSIONS
SECRET = "hunter2-hunter2-hunter2"


def script(code: str, **fields: object) -> ExecPlugin:
    """A plugin that runs Python code."""
    values: dict[str, object] = {"user": 'user "anna"', "command": sys.executable}
    values |= {"args": ("-S", "-c", code)} | fields
    return ExecPlugin(**values)  # type: ignore[arg-type]  # as given by the tests


def answer(status: object, version: str = V1, kind: str = "ExecCredential") -> str:
    """Code that prints an ExecCredential."""
    return f"print({json.dumps(json.dumps({'apiVersion': version, 'kind': kind, 'status': status}))})"


async def run(plugin: ExecPlugin, limit: float = 30.0) -> Credential:
    return await run_plugin(plugin, os.environ, limit)


async def failure(plugin: ExecPlugin, limit: float = 30.0) -> CredentialError:
    """The error of a plugin that fails, which holds no secret, in no chain."""
    with pytest.raises(CredentialError) as caught:
        await run(plugin, limit)
    error: BaseException | None = caught.value
    while error is not None:
        assert SECRET not in f"{error!r} {error}"
        error = error.__cause__ or error.__context__
    assert caught.value.exit_code == 4
    return caught.value


async def test_a_token_with_its_expiry() -> None:
    status = {"token": f"{SECRET}\n", "expirationTimestamp": "2030-01-02T03:04:05Z"}
    credential = await run(script(answer(status)))
    assert credential.token == SECRET
    assert credential.certificate is None
    assert credential.expires_at == 1893553445.0
    assert SECRET not in repr(credential)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("2030-01-02T03:04:05.123456789Z", 1893553445.123456),
        ("2030-01-02T05:04:05+02:00", 1893553445.0),
        (None, None),
    ],
)
async def test_times_as_go_writes_them(text: str | None, seconds: float | None) -> None:
    credential = await run(script(answer({"token": "t", "expirationTimestamp": text})))
    assert credential.expires_at == seconds


async def test_a_certificate_with_or_without_a_token() -> None:
    pair = {"clientCertificateData": "CERT", "clientKeyData": SECRET}
    alone = await run(script(answer(pair)))
    assert (alone.token, alone.certificate) == ("", ("CERT", SECRET))
    both = await run(script(answer({"token": "t"} | pair)))
    assert (both.token, both.certificate) == ("t", ("CERT", SECRET))
    assert SECRET not in repr(both)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (f"print('{SECRET}')", "printed something that is not an ExecCredential."),
        ("", "printed something that is not an ExecCredential."),
        (f"print('[\"{SECRET}\"]')", "printed something that is not an ExecCredential."),
        ("print('[' * 100000)", "printed something that is not an ExecCredential."),
        (f"print('{SECRET}' * 100000)", "printed something that is not an ExecCredential."),
        (answer({"token": SECRET}, kind="Secret"), "is not an ExecCredential."),
        (answer({"token": [SECRET]}), "is not an ExecCredential."),
        (answer({"token": SECRET}, V1BETA1), f"answered in {V1BETA1} where the kubeconfig asks for {V1}."),
        (answer({"token": SECRET}, SECRET), f"in another version where the kubeconfig asks for {V1}."),
        (answer(None), "answered without a status."),
        (answer(SECRET), "answered without a status."),
        (answer({}), "neither a token nor a certificate and its key."),
        (answer({"token": None}), "neither a token nor a certificate and its key."),
        (answer({"clientKeyData": SECRET}), "neither a token nor a certificate and its key."),
        (answer({"token": f"{SECRET}\nX-Evil: 1"}), "token that cannot be sent in a header."),
        (answer({"token": f"{SECRET}é"}), "token that cannot be sent in a header."),
        (answer({"token": SECRET, "expirationTimestamp": "soon"}), "expirationTimestamp that is not a time."),
        (answer({"token": SECRET, "expirationTimestamp": 5}), "expirationTimestamp that is not a time."),
        (answer({"token": "t", "expirationTimestamp": "2030-01-02T03:04:05"}), "that is not a time."),
    ],
)
async def test_an_answer_that_is_none(code: str, said: str) -> None:
    error = await failure(script(code))
    assert said in error.sentence
    assert error.sentence.startswith('The exec plugin "python')
    assert 'of user "anna"' in error.sentence


async def test_a_failure_carries_the_plugins_last_words() -> None:
    code = (
        "import sys\n"
        "print('Traceback: noise', file=sys.stderr)\n"
        "print('\\x1b[31mThe SSO session has expired.\\x1b[0m\\x07', file=sys.stderr)\n"
        "print('  ', file=sys.stderr)\n"
        f"print('{SECRET}')\n"
        "sys.exit(255)\n"
    )
    error = await failure(script(code))
    assert error.sentence.endswith(" failed with exit code 255: The SSO session has expired.")


async def test_a_plugin_that_dies_of_a_signal() -> None:
    error = await failure(script("import os; os.kill(os.getpid(), 15)"))
    assert error.sentence.endswith("was killed by signal 15.")


async def test_two_megabytes_on_stderr_block_nobody() -> None:
    code = "import sys; sys.stderr.write('x' * 2**21); sys.stderr.flush();" + answer({"token": "t"})
    assert (await run(script(code))).token == "t"
    code = "import sys; sys.stderr.write('x ' * 2**20 + '\\nlast'); sys.exit(1)"
    assert (await failure(script(code))).sentence.endswith("exit code 1: last.")


async def test_endless_output_is_cut_off() -> None:
    began = time.monotonic()
    error = await failure(script(f"while True: print('{SECRET}' * 1000)"))
    assert "is not an ExecCredential" in error.sentence
    assert time.monotonic() - began < 20


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat")
    return not (state.exists() and state.read_text().rpartition(")")[2].split()[0] == "Z")


FAMILY = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-S", "-c", "import time; time.sleep(60)"])
import os
open({file!r} + ".new", "w").write(f"{{os.getpid()}} {{child.pid}}")
os.rename({file!r} + ".new", {file!r})
print("waiting for a browser", file=sys.stderr, flush=True)
time.sleep(60)
"""


async def appears(file: Path) -> list[int]:
    async with asyncio.timeout(20):
        while not file.exists():
            await asyncio.sleep(0.02)
    return [int(pid) for pid in file.read_text().split()]


async def gone(pids: list[int]) -> bool:
    """Whether all of them end within a moment."""
    for _ in range(100):
        if not any(alive(pid) for pid in pids):
            return True
        await asyncio.sleep(0.02)
    return False


@pytest.mark.slow
async def test_a_plugin_that_hangs_is_killed_with_its_children(tmp_path: Path) -> None:
    file = tmp_path / "pids"
    task = asyncio.create_task(failure(script(FAMILY.format(file=str(file))), limit=3.0))
    pids = await appears(file)
    assert all(alive(pid) for pid in pids)
    error = await task
    assert error.sentence.endswith("gave no answer within 3 s: waiting for a browser.")
    assert await gone(pids)


async def test_cancelling_kills_it_too(tmp_path: Path) -> None:
    file = tmp_path / "pids"
    task = asyncio.create_task(run(script(FAMILY.format(file=str(file)))))
    pids = await appears(file)
    assert all(alive(pid) for pid in pids)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await gone(pids)


async def test_a_child_that_keeps_the_pipes_does_not_keep_us() -> None:
    code = (
        "import subprocess, sys\n"
        "subprocess.Popen([sys.executable, '-S', '-c', 'import time; time.sleep(8)'])\n" + answer({"token": "t"})
    )
    began = time.monotonic()
    assert (await run(script(code))).token == "t"
    assert time.monotonic() - began < 6


async def test_a_missing_plugin_gives_the_install_hint() -> None:
    plugin = script("", command="/nowhere/kubelogin", install_hint="\x1b[1mbrew install kubelogin\x1b[0m\n")
    error = await failure(plugin)
    assert str(error) == ('The exec plugin "kubelogin" of user "anna" was not found. brew install kubelogin')
    assert (await failure(script("", command="no-such-plugin-here"))).hint.startswith("Install it")


async def test_a_plugin_that_cannot_be_run(tmp_path: Path) -> None:
    (tmp_path / "plugin").write_text("#!/bin/sh\n")
    error = await failure(script("", command=str(tmp_path / "plugin")))
    assert error.sentence.endswith("cannot be run: Permission denied.")
    assert "are not fit for a process" in (await failure(script("\0"))).sentence


async def test_what_a_plugin_is_given() -> None:
    code = (
        "import json, os, sys\n"
        "names = ['COLOUR', 'KUBERNETES_EXEC_INFO', 'BOTH']\n"
        "told = [sys.stdin.read(), *(os.environ[name] for name in names)]\n"
        "try: open('/dev/tty'); told.append('tty')\n"
        "except OSError: told.append('no tty')\n"
        f"print(json.dumps({{'apiVersion': '{V1BETA1}', 'kind': 'ExecCredential',\n"
        "    'status': {'token': json.dumps(told)}}))\n"
    )
    plugin = script(code, api_version=V1BETA1, env=(("BOTH", "kubeconfig"),), cluster_info={"server": "https://a"})
    credential = await run_plugin(plugin, {**os.environ, "COLOUR": "red", "BOTH": "ours"}, 30.0)
    stdin, colour, info, both, tty = json.loads(credential.token)
    assert (stdin, colour, both, tty) == ("", "red", "kubeconfig", "no tty")
    assert json.loads(info) == {
        "apiVersion": V1BETA1,
        "kind": "ExecCredential",
        "spec": {"interactive": False, "cluster": {"server": "https://a"}},
    }


async def test_a_plugin_takes_no_keys_from_our_terminal() -> None:
    code = "import sys; typed = sys.stdin.readline();" + answer({"token": "t"}) + "; assert not typed"
    ours, (reader, writer) = os.dup(0), os.pipe()
    os.write(writer, b"keys meant for the screen\n")
    os.dup2(reader, 0)
    try:
        assert (await run(script(code))).token == "t"
        assert os.read(0, 100) == b"keys meant for the screen\n"
    finally:
        os.dup2(ours, 0)
        for descriptor in (ours, reader, writer):
            os.close(descriptor)


def test_without_provide_cluster_info_there_is_no_cluster() -> None:
    info = json.loads(script("").environment({})["KUBERNETES_EXEC_INFO"])
    assert info["spec"] == {"interactive": False}


def test_a_plugins_secrets_are_not_shown() -> None:
    plugin = script(SECRET, env=(("X", SECRET),), cluster_info={"config": SECRET})
    assert SECRET in repr(plugin.args)
    assert SECRET not in repr(plugin)


@pytest.mark.parametrize(
    ("stderr", "said"),
    [
        (b"", ""),
        (b" \n\n", ""),
        (b"one\ntwo\n\n", ": two"),
        (
            b"Error: arn:aws:iam::123456789012:role/admin denied.",
            ": Error: arn:aws:iam::123456789012:role/admin denied",
        ),
        (b"got eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln back", ": got … back"),
        (b"token k8s-aws-v1.aHR0cHM6Ly9zdHM", ": token …"),
        (b"key " + b"Ab1/" * 20, ": key …"),
        (
            b"\x1b]0;title\x07\x1b[2Jbad \xff",
            ": bad \N{REPLACEMENT CHARACTER}",
        ),
        (b"word " * 200, ": " + ("word " * 60)),
    ],
)
def test_last_words(stderr: bytes, said: str) -> None:
    assert last_words(stderr) == said


@pytest.mark.parametrize("turns", [1, 2, 3, 5, 8, 13])
async def test_cancelled_while_it_starts_it_waits_for_nothing_that_it_started(turns: int) -> None:
    plugin = script("", command="/bin/sh", args=("-c", "sleep 30 & wait"))
    task = asyncio.create_task(run(plugin))
    for _ in range(turns):
        await asyncio.sleep(0)
    began = time.monotonic()
    task.cancel()
    await asyncio.wait([task])
    assert task.cancelled()
    assert time.monotonic() - began < 5.0
