"""``python -m nodeview.demo``: serve a cluster on loopback until the parent lets go of our stdin."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import secrets
import signal
import sys
import time

from aiohttp import web

from nodeview.demo.large import Size
from nodeview.demo.scenarios import SCENARIOS, Living, build
from nodeview.demo.server import Server, Settings
from nodeview.demo.watching import Pace

BEAT = 0.1
"""Real seconds between two steps of the world."""


def parser() -> argparse.ArgumentParser:
    """The command line."""
    found = argparse.ArgumentParser(prog="python -m nodeview.demo", description=__doc__)
    found.add_argument("scenario", nargs="?", default="busy", choices=SCENARIOS)
    found.add_argument("--seed", type=int, default=0)
    found.add_argument("--speed", type=float, default=1.0, help="simulated seconds in a second (1)")
    found.add_argument("--port", type=int, default=0, help="0: any free one")
    found.add_argument("--nodes", type=int, default=5_000, help="of the scenario large (5000)")
    found.add_argument("--pods", type=int, default=100_000, help="of the scenario large (100000)")
    found.add_argument("--churn", type=float, default=0.0, help="of the scenario large: events per second (0)")
    found.add_argument("--pending", type=int, default=0, help="of the scenario large: pods that find no room (0)")
    found.add_argument(
        "--phases", type=float, default=0.0, help="of the scenario large: nodes that change a second (0)"
    )
    found.add_argument("--no-heartbeats", dest="heartbeats", action="store_false")
    found.add_argument("--no-gzip", dest="gzip", action="store_false")
    found.add_argument("--bookmarks", type=float, default=60.0, metavar="SECONDS", help="between bookmarks (60)")
    found.add_argument("--window", type=int, default=20_000, help="writes of a kind that a watch may go back")
    found.add_argument("--kubeconfig", help="write a kubeconfig here, and remove it at the end")
    return found


async def beat(world: Living) -> None:
    """Let the world go with real time; what a slow machine missed is not caught up with beyond a second."""
    last = time.monotonic()
    while True:
        await asyncio.sleep(BEAT)
        now = time.monotonic()
        world.step(min(now - last, 1.0) * world.speed)
        last = now


async def parent_gone() -> None:
    """Wait until stdin is closed."""
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()

    def read() -> None:
        if not os.read(0, 4096):
            loop.remove_reader(0)
            ended.set()

    # A file or /dev/null as stdin cannot be waited for: then nobody is bound to us.
    with contextlib.suppress(PermissionError):
        loop.add_reader(0, read)
    await ended.wait()


def write_kubeconfig(path: str, url: str, token: str) -> None:
    """A kubeconfig for kubectl, which sends no token over plain HTTP: there the path bears it. JSON is YAML too."""
    config = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "demo",
        "clusters": [{"name": "demo", "cluster": {"server": f"{url}/{token}"}}],
        "users": [{"name": "demo", "user": {"token": token}}],
        "contexts": [{"name": "demo", "context": {"cluster": "demo", "user": "demo"}}],
    }
    with open(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w") as file:
        json.dump(config, file, indent=2)


async def serve(given: argparse.Namespace) -> None:
    """Build the world, listen, say so, and go on until we are asked to end."""
    token = secrets.token_urlsafe(24)
    size = Size(given.nodes, given.pods, given.churn, given.heartbeats, given.pending, given.phases)
    world = build(given.scenario, given.seed, time.time(), given.speed, size, given.window)
    settings = Settings(token, given.gzip, Pace(given.bookmarks))
    server = Server(world.store, lambda: world.now, settings)
    runner = web.AppRunner(server.application(), access_log=None, shutdown_timeout=0.2, handle_signals=False)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", given.port)
    await site.start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    if given.kubeconfig:
        write_kubeconfig(given.kubeconfig, url, token)
    tasks = [asyncio.create_task(beat(world)), asyncio.create_task(parent_gone())]
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, tasks[1].cancel)
    print(json.dumps({"url": url, "token": token, "pid": os.getpid()}), flush=True)
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            if not task.cancelled():
                task.result()
    finally:
        for task in tasks:
            task.cancel()
        if given.kubeconfig:
            os.unlink(given.kubeconfig)
        await runner.cleanup()


def main() -> int:
    """Run until the end."""
    asyncio.run(serve(parser().parse_args()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
