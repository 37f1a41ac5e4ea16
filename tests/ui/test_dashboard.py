"""The main screen as a whole."""

from __future__ import annotations

from tests.ui.frames import Script, a_frame, a_node_view, happened, not_ready, waiting
from tests.ui.reading import check, lines, running, text


async def test_the_dashboard_shows_header_table_pending_feed_and_keys() -> None:
    frame = a_frame([a_node_view(1), not_ready(2)], pending=[waiting()], feed=[happened(message="a node joined")])
    async with running(Script(frame)) as (app, _):
        shown_text = text(app)
        assert "prod-blue · eu-west-1 · v1.34.2" in shown_text
        assert "2 nodes  1 ready · 1 NotReady" in shown_text
        assert "!ip-10-0-0-2" in shown_text
        assert "1 pending: 1 worker (no node has 4 vCPU free for it · 2m)" in shown_text
        assert "a node joined" in shown_text
        assert "/ filter" in lines(app)[-1]
        check(app)
