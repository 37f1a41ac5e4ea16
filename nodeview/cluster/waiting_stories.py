"""Stories that wait for what somebody else's news would add to them."""

from __future__ import annotations

from typing import Any


def drop_waiting(waiting: dict[Any, list[str]], key: Any, uid: str) -> None:
    """Somebody waits no more."""
    stories = waiting.get(key)
    if stories and uid in stories:
        stories.remove(uid)
        if not stories:
            del waiting[key]
