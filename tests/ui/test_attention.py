"""The screen of what deserves attention."""

from __future__ import annotations

from msgspec.structs import replace

from nodeview.frame import Frame
from nodeview.insights import EpisodeSight, EpisodeSights, Finding, Findings
from nodeview.ui.screens.dashboard import Dashboard
from tests.cluster.test_episode import a_source, a_target, an_episode
from tests.ui.frames import Script, a_frame
from tests.ui.reading import check, running, text

FOUND = Findings((Finding("pdb-never", "caution", "pdb/shop/ledger", "none of its pods can ever be evicted"),))
RUNS = EpisodeSights((EpisodeSight(an_episode(a_source("n-1"), targets=(a_target(),)), pods_left=18),))


def with_something() -> Frame:
    frame = a_frame(3)
    return replace(frame, insights=replace(frame.insights, findings=FOUND, episodes=RUNS))


async def test_i_shows_episodes_and_findings_and_goes_back() -> None:
    for size in ((80, 24), (120, 40)):
        async with running(Script(with_something()), size=size) as (app, pilot):
            assert "1 caution (press i)" in text(app)
            assert "pdb/shop/ledger" not in text(app)
            await pilot.press("i")
            await pilot.pause()
            said = text(app)
            assert "api: consolidating 1 → 1 · underutilised · 18 pods left" in said
            assert "n-1 →" in said
            assert "caution pdb/shop/ledger: none of its pods can ever be evicted" in said
            check(app)
            await pilot.press("i")
            assert isinstance(app.screen, Dashboard)


async def test_a_quiet_cluster_has_no_count_and_says_so() -> None:
    async with running(Script(a_frame(3))) as (app, pilot):
        assert "press i" not in text(app)
        await pilot.press("i")
        await pilot.pause()
        assert "none since nodeview began to watch" in text(app)
