"""A cluster with a scheduler, controllers, nodes that kwok plays and Karpenter, and nodeview watching it."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest

from tests.cli.running import environment
from tests.control_plane import ControlPlane, need_assets
from tests.controllers import KARPENTER, need_programs, run_controllers, run_karpenter
from tests.karpenter.objects import Json, pool

PATIENCE_S = 90.0
Found = TypeVar("Found")


class Watching:
    """`nodeview report --watch` on a cluster; all that it printed."""

    def __init__(self, plane: ControlPlane, home: Path) -> None:
        self.plane = plane
        self.printed = home / "reports.jsonl"
        command = [sys.executable, "-m", "nodeview", "report", "-o", "json", "--watch", "--every", "0.3"]
        with self.printed.open("wb") as out:
            self.process = subprocess.Popen(
                [*command, "--kubeconfig", str(plane.kubeconfig)],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.DEVNULL,
                env=environment(home),
            )

    def reports(self) -> list[Json]:
        """All reports so far; a line that is half written is none."""
        lines = self.printed.read_bytes().split(b"\n")
        return [json.loads(line) for line in lines[:-1]]

    def until(self, found: Callable[[Json], Found | None], what: str) -> Found:
        """What is found in the newest report, as soon as it is."""
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            reports = self.reports()
            if reports and (said := found(reports[-1])):
                return said
            assert self.process.poll() is None, "it ended"
            time.sleep(0.2)
        newest = json.dumps(self.reports()[-1:])[:4000]
        raise AssertionError(f"{what}: not within {PATIENCE_S:.0f} s; {newest}; {self.plane.log()[-3000:]}")

    def items(self, resource: str) -> list[Any]:
        """All of a resource, as kubectl prints it."""
        found: list[Any] = json.loads(self.plane.kubectl("get", resource, "-A", "-o", "json"))["items"]
        return found


@pytest.fixture(scope="module")
def watching(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watching]:
    """A cluster of its own, since controllers would change what others write."""
    need_programs(*KARPENTER)
    with ControlPlane(need_assets()) as plane:
        run_controllers(plane)
        run_karpenter(plane)
        apply(plane, [pool("work", "100%"), pool("frozen", "0")])
        seen = Watching(plane, tmp_path_factory.mktemp("home"))
        try:
            yield seen
        finally:
            seen.process.terminate()
            seen.process.wait(10)


def apply(plane: ControlPlane, objects: list[Json]) -> None:
    """Write objects as kubectl does."""
    plane.kubectl("apply", "-f", "-", stdin=json.dumps({"apiVersion": "v1", "kind": "List", "items": objects}))
