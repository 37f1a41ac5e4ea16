"""`python -m tests.benchmarks.stream_server PODS`: pods as a list and a watch, made before they are asked for.

A process of its own that copies bytes and does nothing else, so that it is not what is measured: over plain http and
over TLS, pages also compressed. It frames as API servers since 1.33 do: a chunk for each object of a list and each
event. Events are those of a script that can be played for ever; the resource version of each is the moment it is due,
in microseconds since the epoch, so that whoever hears of it knows how late it is. It imports nothing of the wire.
"""

from __future__ import annotations

import json
import random
import socketserver
import ssl
import sys
import tempfile
import threading
import time
import zlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from tests.benchmarks.pods import Pod, pods
from tests.certificates import authority, loopback

BLOCK = 500
"""Pods that are kept as one piece; pages are made of whole blocks."""
GZIP_PIECE = 2048
"""How much net/http gathers of what a compressor writes before it makes a chunk of it."""
SCRIPT = 3000
"""Events of one half of the script; the other half takes them back."""
END = b"0\r\n\r\n"

Known = dict[str, tuple[str, int]]
"""Uid and restarts by name."""


def now_us() -> int:
    """Microseconds since the epoch."""
    return time.time_ns() // 1000


def chunk(data: bytes) -> bytes:
    """A chunk of an HTTP body."""
    return b"%x\r\n%b\r\n" % (len(data), data)


class World:
    """All that can be asked for."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.listed = self.version = now_us()
        self.blocks: list[bytes] = []
        self.watches = size = 0
        self.known: Known = {}
        every: list[Pod] = []
        block: list[bytes] = []
        for pod in pods(count):
            every.append(pod)
            self.known[pod.values["name"]] = pod.values["uid"], pod.restarts
            text = pod.json(pod.values["version"])
            size += len(text)
            block.append(chunk(b"," + text if block else text))
            if len(block) == BLOCK:
                self.blocks.append(b"".join(block))
                block = []
        if block:
            self.blocks.append(b"".join(block))
        self.pod_bytes = size // count
        """Of one pod, on average."""
        self.script = Script(every, random.Random(11))
        self.begin()

    def begin(self) -> None:
        """Somebody lists: all is again as the list shows it, and the script begins anew."""
        self.rate, self.sent = 0.0, 0

    def page(self, start: int, limit: int) -> Iterator[bytes]:
        """The chunks of one page."""
        first, last = start // BLOCK, min(len(self.blocks), (start + max(limit, BLOCK)) // BLOCK)
        token = str(last * BLOCK) if last < len(self.blocks) else ""
        yield chunk(
            b'{"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"%d","continue":"%b"},"items":['
            % (self.listed, token.encode())
        )
        for place in range(first, last):
            if place > first:
                yield chunk(b",")
            yield self.blocks[place]
        yield chunk(b"]}\n") + END

    @cache  # noqa: B019 (there is one world)
    def compressed(self, start: int, limit: int) -> bytes:
        """The same page as a server sends it that compresses, in chunks; made once."""
        packer = zlib.compressobj(1, wbits=31)
        packed = b"".join([packer.compress(_unchunked(piece)) for piece in self.page(start, limit)]) + packer.flush()
        return b"".join([chunk(packed[at : at + GZIP_PIECE]) for at in range(0, len(packed), GZIP_PIECE)]) + END

    def next_event(self, due: float) -> bytes:
        """The next event, with its chunk around it; `due` is in seconds since the epoch."""
        self.version = max(self.version + 1, int(due * 1e6))
        before, after = self.script.parts[self.sent % len(self.script.parts)]
        self.sent += 1
        version = b"%d" % self.version
        return b"%x\r\n%b%b%b\r\n" % (len(before) + len(version) + len(after), before, version, after)

    def truth(self) -> bytes:
        """Uid and restarts of each pod that somebody must know who heard all events so far."""
        known = dict(self.known)
        for gone, there in self.script.effects[: self.sent % len(self.script.effects)]:
            known.pop(gone, None)
            known |= there
        return json.dumps({"sent": self.sent, "pods": known}).encode()


class Script:
    """Events that lead back to where they began: of ten, seven write a status and three replace a pod."""

    def __init__(self, every: list[Pod], rng: random.Random) -> None:
        self.parts: list[tuple[bytes, bytes]] = []
        """What stands before and after the version of each event."""
        self.effects: list[tuple[str, Known]] = []
        """The name that is gone by each, and what is known of the one that is there."""
        nodes = max(1, len(every) // 20)
        chosen = rng.sample(every, min(len(every), SCRIPT * 8 // 10))
        changed = chosen[: len(chosen) * 7 // 8]
        replaced = [(one, one.successor(rng, nodes)) for one in chosen[len(changed) :]]
        for half in (0, 1):
            steps: list[Any] = [*changed, *replaced]
            random.Random(13).shuffle(steps)
            for step in steps:
                if isinstance(step, Pod):
                    restarts = int(step.values["restarts"]) + 1 - half
                    self._event("MODIFIED", Pod(step.workload, step.values | {"restarts": str(restarts)}))
                else:
                    old, new = step if half == 0 else step[::-1]
                    self._event("DELETED", old)
                    self._event("ADDED", new, bound=False)
                    self._event("MODIFIED", new)

    def _event(self, kind: str, pod: Pod, *, bound: bool = True) -> None:
        mark = "\0"
        text = b'{"type":"%b","object":%b}\n' % (kind.encode(), pod.json(mark, bound=bound))
        before, _, after = text.partition(mark.encode())
        self.parts.append((before, after))
        name, uid = pod.values["name"], pod.values["uid"]
        restarts = pod.restarts if bound else 0
        self.effects.append((name, {} if kind == "DELETED" else {name: (uid, restarts)}))


def _unchunked(data: bytes) -> bytes:
    parts: list[bytes] = []
    at = 0
    while at < len(data):
        end = data.index(b"\r\n", at)
        size = int(data[at:end], 16)
        parts.append(data[end + 2 : end + 2 + size])
        at = end + 4 + size
    return b"".join(parts)


class Handler(socketserver.StreamRequestHandler):
    """One connection, on a thread of its own."""

    disable_nagle_algorithm = True

    def handle(self) -> None:
        """Answer until the client is gone."""
        try:
            while line := self.rfile.readline():
                head = line
                while (more := self.rfile.readline()) not in (b"\r\n", b""):
                    head += more
                self._answer(line.split(b" ")[1].decode(), b"gzip" in head)
        except OSError:
            pass

    def _answer(self, path: str, gzip: bool) -> None:
        world: World = self.server.world  # type: ignore[attr-defined]
        path, _, query = path.partition("?")
        asked = dict(one.split("=", 1) for one in query.split("&") if one)
        if path.startswith("/rate/"):
            world.rate = float(path.rpartition("/")[2])
            self._whole(json.dumps({"sent": world.sent}).encode())
        elif path == "/truth":
            self._whole(world.truth())
        elif "watch" in asked:
            self._start(b"Transfer-Encoding: chunked")
            self._watched(world)
        else:
            start, limit = int(asked.get("continue", 0)), int(asked.get("limit", world.count))
            if not start:
                world.begin()
            if gzip:
                self._start(b"Content-Encoding: gzip\r\nTransfer-Encoding: chunked")
                self.connection.sendall(world.compressed(start, limit))
            else:
                self._start(b"Transfer-Encoding: chunked")
                for piece in world.page(start, limit):
                    self.connection.sendall(piece)

    def _start(self, length: bytes) -> None:
        self.connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n%b\r\n\r\n" % length)

    def _whole(self, body: bytes) -> None:
        self._start(b"Content-Length: %d" % len(body))
        self.connection.sendall(body)

    def _watched(self, world: World) -> None:
        """Events at the rate that is wanted, each when it is due; those that a slow client held up at once."""
        due = time.time()
        world.watches = mine = world.watches + 1
        while world.watches == mine:  # the watch of a client that is gone takes nobody's events
            if not (rate := world.rate):
                time.sleep(0.01)
                due = time.time()
                continue
            if (early := due - time.time()) > 0:
                time.sleep(early)
            self.connection.sendall(world.next_event(due))
            due += 1 / rate


class Server(socketserver.ThreadingTCPServer):
    """A port; with a context, over TLS."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, world: World, context: ssl.SSLContext | None = None) -> None:
        self.world = world
        self.context = context
        super().__init__(("127.0.0.1", 0), Handler)

    def get_request(self) -> tuple[Any, Any]:
        """A connection; the handshake is left to its thread."""
        connection, address = super().get_request()
        if self.context is not None:
            connection = self.context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
        return connection, address


def context() -> ssl.SSLContext:
    """With a certificate for loopback."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.TemporaryDirectory() as folder:
        certificate, key = Path(folder, "certificate"), Path(folder, "key")
        certificate.write_bytes(loopback().certificate)
        key.write_bytes(loopback().key)
        made.load_cert_chain(certificate, key)
    return made


def main(count: int) -> None:
    """Serve until our stdin closes; the only line on stdout says where, and how large a pod is."""
    world = World(count)
    plain, tls = Server(world), Server(world, context())
    for server in (plain, tls):
        threading.Thread(target=server.serve_forever, daemon=True).start()
    said = {"plain": plain.server_address[1], "tls": tls.server_address[1], "pod_bytes": world.pod_bytes}
    print(json.dumps({**said, "authority": authority().pem.decode()}), flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main(int(sys.argv[1]))
