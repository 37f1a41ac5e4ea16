"""What a rotation costs while it waits: 40 nodes of the large demo cluster, while 500 pods a second move."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks import clusters
from tests.benchmarks.figures import Figure, NotRun
from tests.cli.running import environment

NODES, LANES = 40, 20
WINDOW_S = 30.0
PATIENCE_S = 120.0
BUDGET = 18
"""Percent of a core."""


def rotation() -> list[Figure | NotRun]:
    """Nobody rolls anything out on this cluster, so that all its lanes wait for as long as it is looked at."""
    with clusters.demo(5000, 100_000, 500) as cluster, tempfile.TemporaryDirectory() as folder:
        environ = {**environment(Path(folder)), "NODEVIEW_STATE_DIR": folder}
        nodes = ",".join(_names(cluster, environ)[:NODES])
        asked = ["rotate", "--nodes", nodes, "--until", "empty", "--max-restarts", str(LANES), "--timeout", "120"]
        plan = json.loads(_said(cluster, environ, *asked, "-o", "json"))
        accepted = [f"--accept={one['id']}:{one['subject']}" for one in plan["blockers"]]
        printed = Path(folder) / "printed"
        with printed.open("w") as out:
            command = _command(cluster, *asked, *accepted, "--execute", "--yes")
            child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, env=environ)
        try:
            share = _share(child, printed)
        finally:
            child.send_signal(signal.SIGINT)
            child.wait(60)
        beside = f"{NODES} nodes, {len(plan['pods'])} pods, {LANES} rollouts waited for, {cluster.beside}"
        return [Figure("a rotation, 500 events/s", share, "% of a core", BUDGET, beside)]


def _share(child: subprocess.Popen[bytes], printed: Path) -> float:
    until = time.monotonic() + PATIENCE_S
    while printed.read_text().count("await-rollout") < LANES:
        if child.poll() is not None or time.monotonic() > until:
            raise RuntimeError(f"it did not come to wait: {printed.read_text()[-1000:]}")
        time.sleep(0.2)
    before, began = _cpu_s(child.pid), time.monotonic()
    time.sleep(WINDOW_S)
    return 100 * (_cpu_s(child.pid) - before) / (time.monotonic() - began)


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _names(cluster: clusters.Cluster, environ: dict[str, str]) -> list[str]:
    lines = _said(cluster, environ, "report", "-o", "csv").splitlines()
    return [line.partition(",")[0] for line in lines[1:]]


def _said(cluster: clusters.Cluster, environ: dict[str, str], *arguments: str) -> str:
    return subprocess.run(
        _command(cluster, *arguments), capture_output=True, text=True, env=environ, check=False
    ).stdout


def _command(cluster: clusters.Cluster, *arguments: str) -> list[str]:
    which = ["--disable-pricing", "--kubeconfig", str(cluster.kubeconfig)]
    return [sys.executable, "-m", "nodeview", *arguments, *which]
