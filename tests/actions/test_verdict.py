"""How verdicts count and name."""

from __future__ import annotations

from nodeview.actions.verdict import counted, listed


def test_words() -> None:
    assert counted(1, "pod") == "1 pod"
    assert counted(2, "batch", "batches") == "2 batches"
    assert listed(["a", "b", "a", "c", "d"]) == "a, b, c and 1 more"
