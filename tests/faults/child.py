"""`python -m tests.faults.child URL [naive]`: the house in a process of its own; a line of JSON for each frame."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from contextlib import nullcontext
from unittest.mock import patch

from nodeview.live import informer as house
from nodeview.live.informer import Watched, open_informer
from nodeview.report.json_report import report_of
from nodeview.ui.widgets.freshness import liveness
from nodeview.views import Assumptions
from nodeview.wire.connection import connection_of
from tests.faults.naive import Naive
from tests.wire.things import QUICK


async def show(url: str) -> None:
    """Frames until a stop signal."""
    stopped = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
    informer = await open_informer(connection_of(url, "", "child"), Assumptions(), Watched(), 0.02, QUICK)
    while not stopped.is_set():
        frame = await informer.next()
        said = {"header": liveness(frame, frame.at)[0], "nodes": len(frame.view.nodes)}
        print(json.dumps({**said, "streams": report_of(frame, nodes=())["streams"]}), flush=True)
    await informer.close()


if __name__ == "__main__":
    with patch.object(house, "Reflector", Naive) if "naive" in sys.argv else nullcontext():
        asyncio.run(show(sys.argv[1]))
