"""The front door: what it loads, how it ends, and that no traceback ever goes through it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from nodeview import __version__
from tests.cli.running import environment, nodeview

HEAVY = {"textual", "rich", "aiohttp", "kubernetes", "boto3", "yaml", "msgspec", "asyncio", "logging", "platformdirs"}


def python(code: str, home: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment(home, **environ), check=False
    )


@pytest.mark.parametrize("spelling", ["--version", "-version", "-v"])
async def test_the_version(tmp_path: Path, spelling: str) -> None:
    done = await nodeview(tmp_path, spelling)
    assert done == (0, f"nodeview {__version__}\n", "")


@pytest.mark.parametrize("arguments", ["-h", "--help", "demo -h", "report --help", "report --schema", "-attribution"])
async def test_questions_are_answered(tmp_path: Path, arguments: str) -> None:
    done = await nodeview(tmp_path, *arguments.split())
    assert (done.code, done.err) == (0, "")
    assert done.out.endswith("\n")


@pytest.mark.parametrize("code", ["main(['--version'])", "main(['--nope'])"])
def test_nothing_heavy_is_loaded_for_a_word(tmp_path: Path, code: str) -> None:
    modules = "print(*{name.partition('.')[0] for name in sys.modules})"
    done = python(f"import sys; from nodeview.cli import main; {code}; {modules}", tmp_path)
    assert "nodeview" in done.stdout.split()
    loaded = set(done.stdout.split()) & HEAVY
    assert loaded <= ({"logging", "platformdirs"} if "nope" in code else set())


@pytest.mark.parametrize("statement", ["import nodeview.report", "import nodeview.report.rendering"])
def test_a_report_loads_no_screen_and_no_wire(tmp_path: Path, statement: str) -> None:
    done = python(f"import sys, {statement[7:]}; print(*sys.modules)", tmp_path)
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert not loaded & {"textual", "rich", "aiohttp", "kubernetes", "boto3", "yaml"}


async def test_wrong_usage_is_one_line_and_no_usage_dump(tmp_path: Path) -> None:
    done = await nodeview(tmp_path, "--resorces", "cpu")
    assert done == (2, "", "nodeview: There is no flag --resorces. Did you mean --resources?\n")


FAULT = """
import sys, nodeview.cli
def failing(asked): raise {error}
nodeview.cli._run = failing
sys.exit(nodeview.cli.main([]))
"""


def test_a_fault_of_ours_is_a_sentence_and_its_traceback_is_in_the_log(tmp_path: Path) -> None:
    done = python(FAULT.format(error="ZeroDivisionError('ours')"), tmp_path)
    log = tmp_path / ".local/state/nodeview/log/nodeview.log"
    assert done.returncode == 1
    assert done.stderr == f"nodeview: An internal fault ended it: ZeroDivisionError. The log has more: {log}\n"
    assert "ZeroDivisionError: ours" in log.read_text()


def test_an_interrupt_without_a_screen_is_130(tmp_path: Path) -> None:
    done = python(FAULT.format(error="KeyboardInterrupt"), tmp_path)
    assert (done.returncode, done.stderr) == (130, "")


async def test_debug_writes_the_traceback_of_an_error_to_the_log(tmp_path: Path) -> None:
    log = tmp_path / ".local/state/nodeview/log/nodeview.log"
    quiet = await nodeview(tmp_path, "report", "--kubeconfig", "/nope/k")
    assert quiet.code == 2
    assert not log.exists()
    loud = await nodeview(tmp_path, "report", "--kubeconfig", "/nope/k", "--debug")
    assert loud.err == quiet.err
    assert "Traceback" in log.read_text()


async def test_python_m_and_the_script_are_the_same(tmp_path: Path) -> None:
    script = Path(sys.executable).parent / "nodeview"
    if not script.exists():
        pytest.skip("nodeview is not installed here: its script is not tried")
    done = subprocess.run([script, "--version"], capture_output=True, text=True, check=True)
    assert done.stdout == (await nodeview(tmp_path, "--version")).out
