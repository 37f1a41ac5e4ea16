"""What nodes and pods use, from a metrics API that a real API server aggregates."""

from __future__ import annotations

import json
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.certificates import loopback
from tests.cli.running import nodeview
from tests.control_plane import ControlPlane, need_assets

pytestmark = [pytest.mark.cluster, pytest.mark.slow]
ROOT = "/apis/metrics.k8s.io/v1beta1"
STAMP = {"timestamp": "2026-11-21T12:00:00Z", "window": "15s"}
READY = {"type": "Ready", "status": "True", "lastTransitionTime": "2026-11-21T11:00:00Z"}


class Metrics(BaseHTTPRequestHandler):
    """Says what one node and its one pod use, as metrics-server does."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Discovery, nodes and pods."""
        path = self.path.partition("?")[0]
        found: dict[str, Any] | None = {
            ROOT: {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": "metrics.k8s.io/v1beta1"}
            | {"resources": [_kind("nodes", "NodeMetrics", False), _kind("pods", "PodMetrics", True)]},
            f"{ROOT}/nodes": _list("NodeMetricsList", _node()),
            f"{ROOT}/pods": _list("PodMetricsList", _pod()),
        }.get(path)
        body = json.dumps(found or {"kind": "Status", "status": "Failure", "code": 404}).encode()
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: Any) -> None:
        """Say nothing."""


def _kind(plural: str, kind: str, namespaced: bool) -> dict[str, Any]:
    return {"name": plural, "singularName": "", "namespaced": namespaced, "kind": kind, "verbs": ["get", "list"]}


def _list(kind: str, item: dict[str, Any]) -> dict[str, Any]:
    return {"kind": kind, "apiVersion": "metrics.k8s.io/v1beta1", "metadata": {}, "items": [item]}


def _node() -> dict[str, Any]:
    return {"metadata": {"name": "measured"}, **STAMP, "usage": {"cpu": "812345678n", "memory": "1536Mi"}}


def _pod() -> dict[str, Any]:
    containers = [{"name": "web", "usage": {"cpu": "250m", "memory": "300Mi"}}]
    return {"metadata": {"name": "web", "namespace": "default"}, **STAMP, "containers": containers}


@contextmanager
def metrics_server(folder: Path) -> Iterator[int]:
    """The metrics API on a free port of the loopback, over TLS."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Metrics)
    pair = loopback()
    (folder / "crt").write_bytes(pair.certificate)
    (folder / "key").write_bytes(pair.key)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "crt", folder / "key")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def aggregate(plane: ControlPlane, port: int) -> None:
    """Have the API server ask there for `metrics.k8s.io`, as it asks metrics-server in life."""
    service = {
        "metadata": {"name": "metrics", "namespace": "default"},
        "spec": {"type": "ExternalName", "externalName": "localhost", "ports": [{"port": port, "protocol": "TCP"}]},
    }
    code, said = plane.request("POST", "/api/v1/namespaces/default/services", service)
    assert code == 201, said
    spec = {
        "group": "metrics.k8s.io",
        "version": "v1beta1",
        "groupPriorityMinimum": 100,
        "versionPriority": 100,
        "insecureSkipTLSVerify": True,
        "service": {"namespace": "default", "name": "metrics", "port": port},
    }
    path = "/apis/apiregistration.k8s.io/v1/apiservices"
    code, said = plane.request("POST", path, {"metadata": {"name": "v1beta1.metrics.k8s.io"}, "spec": spec})
    assert code == 201, said
    until = time.monotonic() + 30
    while not answers(plane):
        assert time.monotonic() < until, plane.kubectl("get", "apiservices", "v1beta1.metrics.k8s.io", "-o", "yaml")
        time.sleep(0.1)


def answers(plane: ControlPlane) -> bool:
    """The API server has the metrics API behind it, and an answer from there."""
    return "NodeMetricsList" in plane.kubectl("get", "--raw", f"{ROOT}/nodes", check=False)


def fill(plane: ControlPlane) -> None:
    """A node, and a pod that runs on it."""
    size = {"cpu": "4", "memory": "8Gi", "pods": "58"}
    node = {"metadata": {"name": "measured"}}
    assert plane.request("POST", "/api/v1/nodes", node)[0] == 201
    status = {"status": {"capacity": size, "allocatable": size, "conditions": [READY]}}
    merge = {"Content-Type": "application/merge-patch+json"}
    assert plane.request("PATCH", "/api/v1/nodes/measured/status", status, **merge)[0] == 200
    container = {"name": "web", "image": "web", "resources": {"requests": {"cpu": "1", "memory": "1Gi"}}}
    pod = {"metadata": {"name": "web"}, "spec": {"nodeName": "measured", "containers": [container]}}
    assert plane.request("POST", "/api/v1/namespaces/default/pods", pod)[0] == 201


async def test_usage_stands_beside_requests_and_is_gone_with_the_metrics_api(tmp_path: Path) -> None:
    with ControlPlane(need_assets()) as plane, metrics_server(tmp_path) as port:
        config = ("--kubeconfig", str(plane.kubeconfig), "-o", "json")
        fill(plane)
        before = json.loads((await nodeview(tmp_path, "report", *config)).out)
        assert before["nodes"][0]["used"] is None, "nobody measures"
        aggregate(plane, port)
        during = json.loads((await nodeview(tmp_path, "report", *config)).out)
        node = during["nodes"][0]
        assert node["used"] == {"cpu": 0.812345678, "memory": 1536 * 2**20}
        assert node["requested"]["cpu"] == 1.0
        plane.kubectl("delete", "apiservice", "v1beta1.metrics.k8s.io")
        until = time.monotonic() + 30
        while answers(plane):
            assert time.monotonic() < until
            time.sleep(0.1)
        after = json.loads((await nodeview(tmp_path, "report", *config)).out)
        assert after["nodes"][0]["used"] is None
