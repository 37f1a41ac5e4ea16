"""`python -m tests.soak.server PODS EVENTS`: pods, and then so many events of them as fast as they are read.

A process of its own, which renders bytes and nothing else, so that it is not what is measured. Of ten events seven
write a status and three replace a pod: deleted, added, bound. It imports nothing of nodeview.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
from dataclasses import dataclass

NODES = 200
BATCH = 200
POD = (
    '{"metadata":{"name":"%(name)s","namespace":"shop-%(space)d","uid":"uid-%(name)s","resourceVersion":"%(version)d",'
    '"creationTimestamp":"2026-11-20T10:00:00Z","labels":{"app":"app-%(app)d","pod-template-hash":"%(hash)s"},'
    '"ownerReferences":[{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"app-%(app)d-%(hash)s","uid":"rs-%(app)d",'
    '"controller":true}],"managedFields":[{"manager":"kubelet","fieldsV1":{"f:status":{"f:phase":{},"f:note":"%(pad)s"}}}]},'
    '"spec":{"nodeName":"node-%(node)d","containers":[{"name":"app","image":"shop/app-%(app)d:1","resources":{"requests":'
    '{"cpu":"%(cpu)dm","memory":"%(memory)dMi"}}}]},"status":{"phase":"Running","startTime":"2026-11-20T10:00:05Z",'
    '"containerStatuses":[{"name":"app","ready":true,"restartCount":%(restarts)d,"image":"shop/app-%(app)d:1",'
    '"imageID":"none","state":{"running":{"startedAt":"2026-11-20T10:00:06Z"}}}]}}'
)
PAD = "x" * 400


@dataclass
class Pod:
    """One pod, as little as it takes to render it."""

    name: str
    number: int
    restarts: int = 0
    version: int = 0

    def json(self) -> str:
        """As an API server writes it."""
        app = self.number % 250
        return POD % {
            "name": self.name,
            "space": app % 20,
            "version": self.version,
            "app": app,
            "hash": f"5d9c{app:04x}",
            "node": self.number % NODES,
            "cpu": 50 + app,
            "memory": 64 + app,
            "restarts": self.restarts,
            "pad": PAD,
        }


class World:
    """All pods, and what happens to them."""

    def __init__(self, pods: int, events: int) -> None:
        self.version = 1000
        self.left = events
        self._rng = random.Random(11)
        self.pods = [self._made(number) for number in range(pods)]

    def _made(self, number: int) -> Pod:
        self.version += 1
        return Pod(f"app-{number % 250}-{number:07}", number, 0, self.version)

    def happen(self) -> bytes:
        """Some events, until none are left."""
        lines: list[str] = []
        while len(lines) < BATCH and self.left > 0:
            self.left -= 1
            at = self._rng.randrange(len(self.pods))
            pod = self.pods[at]
            self.version += 1
            pod.version = self.version
            if self.left % 10 < 7 or self.left < 1:
                pod.restarts += 1
                lines.append(_line("MODIFIED", pod))
                continue
            lines.append(_line("DELETED", pod))
            self.left -= 1
            self.pods[at] = self._made(self.version * 1000 + pod.number % 1000)
            lines.append(_line("ADDED", self.pods[at]))
        return "".join(lines).encode()

    def page(self) -> bytes:
        """All of them, as a list."""
        items = ",".join(pod.json() for pod in self.pods)
        return b'{"kind":"PodList","metadata":{"resourceVersion":"%d"},"items":[%b]}' % (self.version, items.encode())

    def truth(self) -> bytes:
        """What somebody who heard all must know."""
        return json.dumps({pod.name: [f"uid-{pod.name}", pod.restarts] for pod in self.pods}).encode()


async def serve(world: World, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """One connection."""
    try:
        while head := await reader.readuntil(b"\r\n\r\n"):
            path = head.split(b" ", 2)[1]
            if b"watch=1" in path:
                await _watched(world, writer)
            else:
                body = world.page() if path.startswith(b"/api/v1/pods") else world.truth()
                _start(writer, b"Content-Length: %d" % len(body))
                writer.write(body)
            await writer.drain()
    except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
        pass
    finally:
        writer.close()


def _line(kind: str, pod: Pod) -> str:
    return f'{{"type":"{kind}","object":{pod.json()}}}\n'


def _start(writer: asyncio.StreamWriter, length: bytes) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n%b\r\n\r\n" % length)


async def _watched(world: World, writer: asyncio.StreamWriter) -> None:
    _start(writer, b"Transfer-Encoding: chunked")
    while data := world.happen():
        writer.write(b"%x\r\n%b\r\n" % (len(data), data))
        await writer.drain()
    line = b'{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"%d"}}}\n' % world.version
    writer.write(b"%x\r\n%b\r\n" % (len(line), line))
    await asyncio.Event().wait()


async def main(pods: int, events: int) -> None:
    """Serve until our stdin closes; the port is the only line on stdout."""
    world = World(pods, events)
    server = await asyncio.start_server(lambda *ends: serve(world, *ends), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.to_thread(sys.stdin.read)
    server.close()
    for task in asyncio.all_tasks() - {asyncio.current_task()}:
        task.cancel()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2])))
