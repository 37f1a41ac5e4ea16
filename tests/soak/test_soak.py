"""The short forms of the long runs."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.control_plane import need_assets


def soak(*arguments: str) -> str:
    """Run it as a person does; what it printed."""
    command = [sys.executable, "-m", "tests.soak", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=170, env=dict(os.environ), check=False)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr
    print(done.stdout)
    return done.stdout


def test_a_flood_of_events_leaves_nothing_behind() -> None:
    assert "0 pods wrong, 0 lags" in soak("--events", "60000", "--pods", "2000")


@pytest.mark.cluster
@pytest.mark.slow
def test_any_faults_of_a_real_server_in_any_order() -> None:
    need_assets()
    printed = soak("--minutes", "0.3", "--quick")
    assert "nothing differs" in printed
    for name in ("cut", "hold", "refuse", "compact", "restart"):
        assert f"| {name} | " in printed, "each was played"
