"""The line of pending pods."""

from __future__ import annotations

from nodeview.ui.widgets.feed import pending_words
from tests.builders import NOW
from tests.ui.frames import REASON, waiting


def test_pending_pods_are_counted_by_kind_with_the_reason_that_most_share() -> None:
    pods = [waiting("a"), waiting("b"), waiting("c", "another reason"), waiting("d", None, "gated")]
    assert pending_words(pods, NOW) == ("4 pending: 3 unschedulable, 1 gated", f" · oldest 2m · {REASON}")


def test_without_a_reason_none_is_made_up() -> None:
    assert pending_words([waiting("a", None, "waiting")], NOW) == ("1 pending: 1 waiting", " · oldest 2m")
