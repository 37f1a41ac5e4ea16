"""Faults of a real API server: nodeview said that data was old, since when and why, and was right in the end."""

from __future__ import annotations

import atexit
import functools
import tempfile
from pathlib import Path

import pytest

from tests.control_plane import need_assets
from tests.real.breakable import UNCACHED, Breakable
from tests.real.faults import Stage
from tests.real.scenarios import SCENARIOS, table

pytestmark = [pytest.mark.cluster, pytest.mark.slow]


@functools.cache
def stage() -> Stage:
    """A control plane of this process that may be broken; every fault leaves it whole."""
    plane = Breakable(need_assets(), UNCACHED)
    plane.start()
    atexit.register(plane.stop)
    home = tempfile.TemporaryDirectory()
    atexit.register(home.cleanup)
    made = Stage(plane, Path(home.name))
    made.fill()
    return made


@pytest.mark.parametrize("name", SCENARIOS)
async def test_a_fault_of_a_real_server(name: str) -> None:
    need_assets()
    outcome = await SCENARIOS[name](stage())
    print(table([outcome]))
    assert not outcome.wrong
    assert {one.resource for one in outcome.lags} >= set(outcome.expected), "old data was said to be old"
    assert not outcome.late(), "since when, and why"
