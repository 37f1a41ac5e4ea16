"""A real etcd and kube-apiserver for tests, from the folder that KUBEBUILDER_ASSETS names.

``ControlPlane`` is a context manager; ``running()`` is one for the whole process, which with xdist is one per
worker, stopped when the process ends. Nothing but these two run: no scheduler, no controllers, no kubelets.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import json
import os
import secrets
import shutil
import socket
import ssl
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest

ASSETS = "KUBEBUILDER_ASSETS"
USERS = {"admin": "system:masters", "viewer": "", "operator": ""}
"""Users and their groups: admin may do everything, viewer and operator nothing but what a test grants."""
PATIENCE = 60.0
"""Seconds until a control plane that is not ready is given up."""


def assets() -> Path | None:
    """The folder with etcd, kube-apiserver and kubectl, or None."""
    folder = os.environ.get(ASSETS)
    return Path(folder) if folder and (Path(folder) / "kube-apiserver").exists() else None


def need_assets() -> Path:
    """The folder; skips the test that asks when there is none."""
    folder = assets()
    if folder is None:
        pytest.skip(f"{ASSETS} names no folder with etcd and kube-apiserver: a real API server is not tried here")
    return folder


def free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


class ControlPlane:
    """An etcd and a kube-apiserver on free ports of the loopback, with all their files in one temporary folder."""

    def __init__(self, folder: Path, *flags: str):
        self.assets = folder
        self.flags = flags
        self.tokens = {user: secrets.token_hex(16) for user in USERS}
        self.url = ""
        self.dir = Path()
        self._processes: list[subprocess.Popen[bytes]] = []
        self._guard: subprocess.Popen[bytes] | None = None
        self._guards: list[subprocess.Popen[bytes]] = []
        """Of what runs beside."""

    @property
    def ca(self) -> Path:
        """The certificate to trust; the API server made it itself."""
        return self.dir / "certs" / "apiserver.crt"

    @property
    def token(self) -> str:
        """The token of admin."""
        return self.tokens["admin"]

    @property
    def kubeconfig(self) -> Path:
        """A kubeconfig of all users, with a context for each, admin's the current one."""
        return self.dir / "kubeconfig"

    def __enter__(self) -> ControlPlane:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start both and return once the API server is ready, in about three seconds."""
        self.dir = Path(tempfile.mkdtemp(prefix="nodeview-control-plane-"))
        try:
            self._start()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End both and remove their folder."""
        for process in reversed(self._processes):
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            process.wait(10)
        self._processes.clear()
        for guard in (self._guard, *self._guards):
            if guard and guard.stdin:
                guard.stdin.close()
                guard.wait(10)
        shutil.rmtree(self.dir, ignore_errors=True)

    def run_beside(self, name: str, *flags: str, **environment: str) -> None:
        """Run another of the folder's programs until the control plane stops."""
        self._run(name, *flags, **environment)
        self._guards.append(self._guarded(self._processes[-1:]))

    def lives(self) -> bool:
        """Whether all that was started still runs."""
        return all(process.poll() is None for process in self._processes)

    def log(self) -> str:
        """The end of what each of them said."""
        return self._log()

    def _watch_over(self) -> None:
        self._guard = self._guarded(self._processes)

    def _guarded(self, processes: list[subprocess.Popen[bytes]]) -> subprocess.Popen[bytes]:
        """Have a shell end everything when this process ends, however that comes about: its stdin then closes."""
        script = 'read _; kill -KILL "$@" 2>/dev/null; sleep 0.1; rm -rf "$FOLDER"'
        pids = [str(process.pid) for process in processes]
        return subprocess.Popen(
            ["sh", "-c", script, "guard", *pids],
            stdin=subprocess.PIPE,
            env={"PATH": os.environ.get("PATH", ""), "FOLDER": str(self.dir)},
            start_new_session=True,
        )

    def _start(self) -> None:
        etcd, peer, api = free_ports(3)
        self.url = f"https://127.0.0.1:{api}"
        rows = [f'{self.tokens[user]},{user},{user},"{group}"\n' for user, group in USERS.items()]
        (self.dir / "tokens.csv").write_text("".join(rows))
        self._run("etcd", *_etcd_flags(self.dir, etcd, peer))
        self._run("kube-apiserver", *_apiserver_flags(self.dir, etcd, api), *self.flags)
        self._watch_over()
        until = time.monotonic() + PATIENCE
        while not self._ready():
            for process in self._processes:
                if process.poll() is not None:
                    raise RuntimeError(f"etcd or kube-apiserver ended: {self._log()}")
            if time.monotonic() > until:
                raise RuntimeError(f"not ready after {PATIENCE:.0f} s: {self._log()}")
            time.sleep(0.05)
        self._write_kubeconfig()

    def _run(self, name: str, *flags: str, **environment: str) -> None:
        with open(self.dir / f"{name}.log", "wb") as log:
            process = subprocess.Popen(
                [self.assets / name, *flags],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.dir,
                env={"PATH": os.environ.get("PATH", ""), "HOME": str(self.dir), **environment},
                start_new_session=True,
            )
        self._processes.append(process)

    def _log(self) -> str:
        return "\n".join(log.read_text(errors="replace")[-1500:] for log in self.dir.glob("*.log"))

    def _ready(self) -> bool:
        if not self.ca.exists() or not self.ca.stat().st_size:
            return False
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=2, context=self.tls()) as answer:
                return bool(answer.status == 200)
        except (OSError, ssl.SSLError):
            return False

    def tls(self) -> ssl.SSLContext:
        """A TLS context that trusts this API server and nothing else."""
        return ssl.create_default_context(cafile=self.ca)

    def _write_kubeconfig(self) -> None:
        cluster = {"server": self.url, "certificate-authority": str(self.ca)}
        config = {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": "admin",
            "clusters": [{"name": "real", "cluster": cluster}],
            "users": [{"name": user, "user": {"token": token}} for user, token in self.tokens.items()],
            "contexts": [{"name": user, "context": {"cluster": "real", "user": user}} for user in USERS],
        }
        self.kubeconfig.touch(0o600)
        self.kubeconfig.write_text(json.dumps(config, indent=2) + "\n")

    def kubectl(self, *arguments: str, check: bool = True, stdin: str | None = None) -> str:
        """What kubectl prints as admin; raises with what it said when it fails, unless told not to."""
        command = [str(self.assets / "kubectl"), f"--kubeconfig={self.kubeconfig}", *arguments]
        done = subprocess.run(command, input=stdin, capture_output=True, text=True, timeout=60, check=False)
        if check and done.returncode:
            raise RuntimeError(f"{' '.join(arguments)}: {done.stderr.strip()}")
        return done.stdout

    def request(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        """One request as admin: code and decoded JSON."""
        data = None if body is None else json.dumps(body).encode()
        sent = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json", **headers}
        request = urllib.request.Request(self.url + path, data, sent, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30, context=self.tls()) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            said = error.read().decode(errors="replace")
            try:
                return error.code, json.loads(said)
            except json.JSONDecodeError:  # of an API group that is only just served: "404 page not found"
                return error.code, {"message": said}


def _etcd_flags(folder: Path, client: int, peer: int) -> list[str]:
    return [
        "--name=tests",
        f"--data-dir={folder}/etcd",
        f"--listen-client-urls=http://127.0.0.1:{client}",
        f"--advertise-client-urls=http://127.0.0.1:{client}",
        f"--listen-peer-urls=http://127.0.0.1:{peer}",
        f"--initial-advertise-peer-urls=http://127.0.0.1:{peer}",
        f"--initial-cluster=tests=http://127.0.0.1:{peer}",
        "--unsafe-no-fsync",
        "--log-level=warn",
    ]


def _apiserver_flags(folder: Path, etcd: int, port: int) -> list[str]:
    # The API server makes a certificate when there is none, and its key also signs service accounts' tokens.
    key = folder / "certs" / "apiserver.key"
    return [
        f"--etcd-servers=http://127.0.0.1:{etcd}",
        "--bind-address=127.0.0.1",
        f"--secure-port={port}",
        "--advertise-address=127.0.0.1",
        f"--cert-dir={folder}/certs",
        f"--token-auth-file={folder}/tokens.csv",
        "--authorization-mode=RBAC",
        "--service-account-issuer=https://kubernetes.default.svc",
        f"--service-account-key-file={key}",
        f"--service-account-signing-key-file={key}",
        "--service-cluster-ip-range=10.0.0.0/16",
        "--disable-admission-plugins=ServiceAccount",
        "--allow-privileged=true",
        "--enable-priority-and-fairness=false",
        "--endpoint-reconciler-type=none",
    ]


@functools.cache
def _started() -> ControlPlane:
    plane = ControlPlane(need_assets())
    plane.start()
    atexit.register(plane.stop)
    return plane


def running() -> ControlPlane:
    """The control plane of this process, started when first asked for; skips the test where there is none to start."""
    need_assets()
    return _started()
