"""What comes between: a second rotation of the same nodes, Ctrl-C, a disk that is full."""

from __future__ import annotations

import resource
import signal
import subprocess
from collections.abc import Iterator

import pytest

from tests.rotation.grounds import Grounds
from tests.rotation.objects import ONE_MORE, deployment, job, node

pytestmark = [pytest.mark.slow, pytest.mark.cluster]
OLD = "a-0,a-1"


@pytest.fixture(scope="module")
def stage(cluster: Grounds) -> Iterator[Grounds]:
    """A Deployment, and a Job that does not end: its node is never empty."""
    cluster.apply([node(name, "a") for name in OLD.split(",")])
    cluster.apply([deployment("web", 4, ONE_MORE), job("import")])
    cluster.running(5)
    cluster.apply([node(name, "b") for name in ("b-0", "b-1")])
    yield cluster
    cluster.refresh()
    cluster.clear()


def rotating(stage: Grounds) -> subprocess.Popen[str]:
    """It comes as far as the Job, and waits."""
    return stage.begin("--nodes", OLD, "--execute", "--yes")


def until(child: subprocess.Popen[str], said: str) -> str:
    """Read what it prints until it says this; all of that."""
    assert child.stdout is not None
    lines = ""
    while said not in lines:
        line = child.stdout.readline()
        assert line, f"{said} is not in {lines}"
        lines += line
    return lines


def test_of_two_at_the_same_time_one_is_refused_with_the_name_of_the_other(stage: Grounds) -> None:
    known = set(stage.known())
    with rotating(stage) as one, rotating(stage) as two:
        stage.until(lambda: one.poll() is not None or two.poll() is not None, "one of them ends")
        refused, other = (one, two) if one.poll() is not None else (two, one)
        holder = {marks[0] for marks in held(stage).values()}
        assert len(holder) == 1, holder
        out, err = refused.communicate(timeout=30)
        assert refused.returncode == 4, out + err
        assert holder.pop() in out + err
        other.send_signal(signal.SIGINT)
        out, err = other.communicate(timeout=30)
        assert other.returncode == 130, out + err
    (begun,) = (id_ for id_ in set(stage.known()) - known if f"resume {id_}" in out)
    assert stage.rotate("abort", begun).returncode == 0
    assert stage.cordoned() == {}
    assert stage.marks() == {}


def held(stage: Grounds) -> dict[str, list[str]]:
    """Node → the rotation whose mark it bears."""
    nodes = {one["metadata"]["name"]: one["metadata"]["annotations"] for one in stage.items("nodes")}
    return {name: [notes["nodeview.dev/rotation"]] for name, notes in nodes.items() if "nodeview.dev/rotation" in notes}


@pytest.mark.parametrize("moment", ["running", "restart deployment"])
def test_ctrl_c_finishes_what_was_begun_and_says_how_to_go_on(stage: Grounds, moment: str) -> None:
    stage.refresh()
    stage.plane.kubectl("cordon", "b-0", "b-1")
    stage.plane.kubectl("-n", "shop", "delete", "pods", "--all", "--grace-period=0", "--force")
    stage.running(5)
    stage.plane.kubectl("uncordon", "b-0", "b-1")
    before, known = stage.moments().get("web", set()), set(stage.known())
    with rotating(stage) as child:
        until(child, moment)
        child.send_signal(signal.SIGINT)
        out, err = child.communicate(timeout=30)
    assert child.returncode == 130, out + err
    (id_,) = set(stage.known()) - known
    assert "Stopped when it was asked for." in out
    assert f"nodeview rotate resume {id_}" in out
    assert f"nodeview rotate abort {id_}" in out
    assert "Traceback" not in out + err
    with stage.begin("resume", id_) as again:
        until(again, "await-empty")
        again.send_signal(signal.SIGINT)
        again.communicate(timeout=30)
    assert len(stage.moments()["web"] - before) == 1
    assert stage.rotate("abort", id_).returncode == 0
    assert stage.cordoned() == {}
    assert stage.marks() == {}


def test_a_journal_that_cannot_be_kept_ends_it_before_anything_is_written(stage: Grounds) -> None:
    stage.refresh()
    before = stage.moments()

    def no_files() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (64, 64))

    command = stage.command("--nodes", OLD, "--execute", "--yes")
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=60, env=stage.environ(), preexec_fn=no_files, check=False
    )
    assert done.returncode == 4, done.stdout + done.stderr
    assert "The journal cannot be kept" in done.stdout + done.stderr
    assert stage.cordoned() == {}
    assert stage.marks() == {}
    assert stage.moments() == before
