"""The pace of frames."""

from __future__ import annotations

from nodeview.live.pace import rest


def test_ten_a_second_once_complete() -> None:
    assert rest(0.01, complete=True) == 0.1


def test_two_a_second_while_syncing() -> None:
    assert rest(0.01, complete=False) == 0.5


def test_a_frame_that_took_long_is_followed_by_a_long_rest() -> None:
    assert rest(0.4, complete=False) == 8.0
    assert rest(0.1, complete=True) == 1.0


def test_a_person_may_ask_for_fewer() -> None:
    assert rest(0.01, complete=True, frame_s=1.0) == 1.0
