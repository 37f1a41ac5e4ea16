"""Somebody asks why the header is amber, and watches it heal."""

from __future__ import annotations

import re

import pytest

from tests.demo_child import start_demo
from tests.journeys.person import sitting_at


@pytest.mark.slow
async def test_h_says_which_streams_broke_since_when_and_why_and_that_they_are_back() -> None:
    flags = ("quiet", "--speed=0.01")
    first = start_demo(*flags, known_token=True)
    second = None
    try:
        async with sitting_at(first.connection()) as person:
            await person.sees("● live")
            text = await person.press("h", shows="EVENTS/S")
            assert re.search(r"pods +synced +\d+s", text), text
            first.kill()
            text = await person.sees("pods", "lagging", "cannot be reached: connection refused")
            assert re.search(r"▲ \S+ [\d.]+ s old: ", text.splitlines()[0]), text
            second = start_demo(*flags, f"--port={first.port}", known_token=True)
            text = await person.until(lambda text: "● live" in text.splitlines()[0], "a live title", patience=15)
            assert "lagging" not in text
            assert re.search(r"pods +synced .* \d+ +0\n +last at \d\d:\d\d:\d\d, \d+s ago: ", text), text
            await person.press("h", hides="EVENTS/S")
    finally:
        first.stop()
        if second is not None:
            second.stop()
