"""A cluster to rotate nodes of, and what is true of it afterwards, read from the API server alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from types import TracebackType
from typing import Any

from tests.cli.running import environment
from tests.control_plane import ControlPlane
from tests.rotation.objects import SPACE, Json, namespace

RESTARTED = "kubectl.kubernetes.io/restartedAt"
PATIENCE_S = 120.0
EVERY_S = 0.2
"""How often the onlooker looks."""
_POLICY = {
    "apiVersion": "audit.k8s.io/v1",
    "kind": "Policy",
    "omitStages": ["RequestReceived"],
    "rules": [
        {"level": "Request", "verbs": ["patch", "create", "delete"], "users": ["admin"]},
        {"level": "Metadata", "users": ["admin"]},
        {"level": "None"},
    ],
}


def audit_flags(folder: Path) -> tuple[str, ...]:
    """Have the API server keep in this folder what was asked of it."""
    (folder / "policy.json").write_text(json.dumps(_POLICY))
    return f"--audit-policy-file={folder}/policy.json", f"--audit-log-path={folder}/audit.jsonl"


class Grounds:
    """The cluster, and nodeview run on it as a person runs it."""

    def __init__(self, plane: ControlPlane, home: Path, audit: Path) -> None:
        self.plane = plane
        self.home = home
        self._audit = audit
        self.apply([namespace()])

    # -- as kubectl writes and reads ---------------------------------------------------------

    def apply(self, objects: Iterable[Json]) -> None:
        """Write objects as kubectl does."""
        self.plane.kubectl(
            "apply", "-f", "-", stdin=json.dumps({"apiVersion": "v1", "kind": "List", "items": [*objects]})
        )

    def items(self, resource: str) -> list[Any]:
        """All of a resource, as kubectl prints it."""
        found: list[Any] = json.loads(self.plane.kubectl("get", resource, "-A", "-o", "json"))["items"]
        return found

    def clear(self) -> None:
        """No pods, no workloads, no nodes: for the next test."""
        kinds = "deployments,statefulsets,daemonsets,jobs,poddisruptionbudgets,replicasets,pods"
        self.plane.kubectl("-n", SPACE, "delete", kinds, "--all", "--grace-period=0", "--force", "--wait=false")
        self.plane.kubectl("delete", "nodes", "--all", "--wait=false")
        self.until(lambda: not self.items("pods") and not self.items("nodes"), "nothing is left")

    def until(self, true: Callable[[], Any], what: str) -> None:
        """Wait until this is true."""
        until = time.monotonic() + PATIENCE_S
        while not true():
            if time.monotonic() > until:
                pods = self.plane.kubectl("get", "pods", "-A", "-o", "wide")
                raise AssertionError(f"{what}: not within {PATIENCE_S:.0f} s; {pods}; {self.plane.log()[-3000:]}")
            time.sleep(0.1)

    def running(self, count: int) -> None:
        """Wait until so many pods run, and no others are there."""

        def all_run() -> bool:
            pods = self.items("pods")
            ready = [one for one in pods if _is_ready(one)]
            return len(ready) == count == len(pods)

        self.until(all_run, f"{count} pods run")

    # -- nodeview ----------------------------------------------------------------------------

    def command(self, *arguments: str, dies: str = "") -> list[str]:
        """`nodeview rotate` with these arguments, as a process is started with it; `dies` as `mortal` has it."""
        module = ["tests.rotation.mortal", dies] if dies else ["nodeview"]
        which = [] if "--kubeconfig" in arguments else ["--kubeconfig", str(self.plane.kubeconfig)]
        return [sys.executable, "-m", *module, "rotate", *arguments, "--disable-pricing", *which]

    def rotate(self, *arguments: str, dies: str = "", **environ: str) -> subprocess.CompletedProcess[str]:
        """Run it to its end, without a terminal."""
        with self.begin(*arguments, dies=dies, **environ) as child:
            try:
                out, err = child.communicate(timeout=PATIENCE_S)
            except subprocess.TimeoutExpired:
                child.kill()
                raise AssertionError(f"not over after {PATIENCE_S:.0f} s: {child.communicate()}") from None
        return subprocess.CompletedProcess(child.args, child.returncode, out, err)

    def begin(self, *arguments: str, dies: str = "", **environ: str) -> subprocess.Popen[str]:
        """The same, begun and not waited for."""
        return subprocess.Popen(
            self.command(*arguments, dies=dies),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=self.environ(**environ),
        )

    def environ(self, **more: str) -> dict[str, str]:
        """Of a person whose state is in `home`."""
        return {**environment(self.home), "NODEVIEW_STATE_DIR": str(self.home / "state"), **more}

    def plan(self, *arguments: str) -> Json:
        """The plan as JSON."""
        done = self.rotate(*arguments, "-o", "json")
        assert done.stdout, done.stderr
        plan: Json = json.loads(done.stdout)
        return plan

    def known(self) -> list[str]:
        """The ids of all rotations whose journals are here."""
        return sorted(file.stem for file in (self.home / "state" / "rotations").glob("*.jsonl"))

    def refresh(self) -> None:
        """Uncordon all nodes and take our marks away, as kubectl does: for the next rotation."""
        if cordoned := sorted(self.cordoned()):
            self.plane.kubectl("uncordon", *cordoned)
        for name, keys in self.marks().items():
            self.plane.kubectl("annotate", "node", name, *(f"{key}-" for key in keys))

    # -- what is true ------------------------------------------------------------------------

    def on(self, *names: str) -> list[str]:
        """Pods on these nodes that are no DaemonSet's and not over."""
        found = []
        for pod in self.items("pods"):
            owners = {one["kind"] for one in pod["metadata"].get("ownerReferences", ())}
            over = pod["status"].get("phase") in ("Succeeded", "Failed")
            if pod["spec"].get("nodeName") in names and "DaemonSet" not in owners and not over:
                found.append(pod["metadata"]["name"])
        return sorted(found)

    def restarts(self) -> dict[str, int]:
        """Workload → how often it was restarted."""
        return {name: len(moments) for name, moments in self.moments().items()}

    def moments(self) -> dict[str, set[str]]:
        """Workload → the moments it was restarted at: each leaves a ReplicaSet or revision that bears it."""
        found: dict[str, set[str]] = {}
        for one in self.items("replicasets"):
            _note(found, one, one["spec"]["template"])
        for one in self.items("controllerrevisions.apps"):
            _note(found, one, one["data"]["spec"]["template"])
        return found

    def cordoned(self) -> dict[str, str]:
        """Nodes that are unschedulable, and who owns that field."""
        found = {}
        for one in json.loads(self.plane.kubectl("get", "nodes", "-o", "json", "--show-managed-fields"))["items"]:
            if one["spec"].get("unschedulable"):
                owners = [by["manager"] for by in one["metadata"]["managedFields"] if "f:unschedulable" in str(by)]
                found[one["metadata"]["name"]] = owners[0]
        return found

    def marks(self) -> dict[str, list[str]]:
        """Node → annotations of ours on it."""
        nodes = {one["metadata"]["name"]: one["metadata"].get("annotations", {}) for one in self.items("nodes")}
        return {name: ours for name, all_ in nodes.items() if (ours := [key for key in all_ if "nodeview" in key])}

    def asked(self) -> Counter[tuple[str, str]]:
        """(verb, resource) → how often nodeview asked it of the server, from the server's audit log."""
        counts: Counter[tuple[str, str]] = Counter()
        for line in self._audit.read_text().splitlines():
            event = json.loads(line)
            about = event.get("objectRef", {})
            if event.get("userAgent", "").startswith("nodeview/"):
                resource = "/".join(one for one in (about.get("resource"), about.get("subresource")) if one)
                counts[event["verb"], resource] += 1
        return counts

    def forget_asked(self) -> None:
        """Count anew from here on."""
        os.truncate(self._audit, 0)


class Onlooker:
    """Counts each workload's ready pods five times a second, and keeps the fewest: it knows nothing of nodeview."""

    def __init__(self, grounds: Grounds) -> None:
        self._plane = grounds.plane
        self.lowest: dict[str, int] = {}
        self.samples = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, name="onlooker")

    def __enter__(self) -> Onlooker:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._over.set()
        self._thread.join(30)

    def _look(self) -> None:
        known: set[str] = set()
        while not self._over.is_set():
            _, said = self._plane.request("GET", f"/api/v1/namespaces/{SPACE}/pods")
            pods = said["items"]
            ready = Counter(one["metadata"]["labels"]["app"] for one in pods if _is_ready(one))
            known |= set(ready)
            for name in known:
                self.lowest[name] = min(self.lowest.get(name, ready[name]), ready[name])
            self.samples += 1
            self._over.wait(EVERY_S)


def _is_ready(pod: Json) -> bool:
    conditions = {one["type"]: one["status"] for one in pod["status"].get("conditions", ())}
    return conditions.get("Ready") == "True" and "deletionTimestamp" not in pod["metadata"]


def _note(found: dict[str, set[str]], one: Json, template: Json) -> None:
    moment = (template["metadata"].get("annotations") or {}).get(RESTARTED)
    for owner in one["metadata"].get("ownerReferences", ()):
        moments = found.setdefault(owner["name"], set())
        moments |= {moment} if moment else set()
