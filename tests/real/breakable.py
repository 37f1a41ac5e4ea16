"""A control plane that can be stopped, killed, restarted, compacted, and put back to what it was."""

from __future__ import annotations

import base64
import json
import shutil
import signal
import subprocess
import time
import urllib.request
from pathlib import Path
from typing import Any

from tests.control_plane import PATIENCE, ControlPlane

UNCACHED = "--watch-cache-sizes=pods#0"
"""Watches of pods are etcd's own, so that compacting etcd makes them too old; all others are the API server's."""


class Breakable(ControlPlane):
    """Its faults are those of a real etcd and kube-apiserver; everything here blocks until it has happened."""

    def __init__(self, folder: Path, *flags: str):
        super().__init__(folder, *flags)
        self._flags: dict[str, tuple[str, ...]] = {}
        self._named: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Breakable:
        self.start()
        return self

    def _run(self, name: str, *flags: str, **environment: str) -> None:
        super()._run(name, *flags, **environment)
        self._flags[name] = flags
        self._named[name] = self._processes[-1]

    def freeze(self) -> None:
        """Stop the API server where it stands (SIGSTOP): its sockets stay open, and nothing answers."""
        self._named["kube-apiserver"].send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let a stopped API server go on."""
        self._named["kube-apiserver"].send_signal(signal.SIGCONT)

    def kill(self, *names: str) -> None:
        """End these processes as a crash would; the API server if none is named."""
        for name in names or ("kube-apiserver",):
            process = self._named.pop(name)
            self._processes.remove(process)
            process.kill()
            process.wait(10)

    def restart(self) -> None:
        """Start what was killed, and return once the API server is ready."""
        for name in ("etcd", "kube-apiserver"):
            if name not in self._named:
                self._run(name, *self._flags[name])
        if self._guard is not None:  # it knows the processes that were; closing its pipe would have it end the others
            self._guard.kill()
            self._guard.wait(10)
            assert self._guard.stdin is not None
            self._guard.stdin.close()
        self._watch_over()
        until = time.monotonic() + PATIENCE
        while not self._ready():
            if time.monotonic() > until:
                raise RuntimeError(f"not ready again after {PATIENCE:.0f} s: {self._log()}")
            time.sleep(0.05)

    def snapshot(self, name: str = "snapshot") -> None:
        """Keep etcd as it is now: its files, copied while it stands still."""
        etcd = self._named["etcd"]
        etcd.send_signal(signal.SIGSTOP)
        try:
            shutil.rmtree(self.dir / name, ignore_errors=True)
            shutil.copytree(self.dir / "etcd", self.dir / name)
        finally:
            etcd.send_signal(signal.SIGCONT)

    def restore(self, name: str = "snapshot") -> None:
        """Put a killed etcd back to a snapshot: versions go back with it."""
        shutil.rmtree(self.dir / "etcd")
        shutil.copytree(self.dir / name, self.dir / "etcd")

    def revision(self) -> int:
        """The version that etcd is at."""
        key = base64.b64encode(b"/").decode()
        return int(self._etcd("/v3/kv/range", {"key": key, "count_only": True})["header"]["revision"])

    def compact(self) -> int:
        """Have etcd forget all history; gives the version from which on it knows."""
        revision = self.revision()
        self._etcd("/v3/kv/compaction", {"revision": str(revision), "physical": True})
        return revision

    def _etcd(self, path: str, body: Any) -> Any:
        address = next(flag for flag in self._flags["kube-apiserver"] if flag.startswith("--etcd-servers="))
        request = urllib.request.Request(address.partition("=")[2] + path, json.dumps(body).encode(), method="POST")
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.loads(answer.read())
