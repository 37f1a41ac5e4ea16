"""Times as Kubernetes writes them, in whole seconds."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import lru_cache

_SEGMENTS = re.compile(r"(?:[0-9]+[smh])+", re.ASCII)
_SEGMENT = re.compile(r"([0-9]+)([smh])", re.ASCII)
_SECONDS = {"s": 1, "m": 60, "h": 3600}
_MINUTES = {f":{minute:02}:": minute * 60 for minute in range(60)}


@lru_cache(maxsize=4096)
def _hour(text: str) -> int:
    """Five months of hours are kept: pods of a large cluster were made in as many minutes as there are."""
    return int(datetime.fromisoformat(f"{text}:00").replace(tzinfo=UTC).timestamp())


def epoch_seconds(text: str | None) -> int | None:
    """Epoch seconds of an RFC 3339 time, fractions dropped; None where there is none, or none to be read."""
    if not text:
        return None
    try:
        if len(text) == 20 and text[19] == "Z":
            return _hour(text[:13]) + _MINUTES[text[13:17]] + int(text[17:19])
        moment = datetime.fromisoformat(text)
        return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())
    except (ValueError, KeyError):
        return None


def duration_seconds(text: str | None) -> int | None:
    """Seconds of a Karpenter duration (`720h`, `1h30m`); None for `Never` and for what is none."""
    if not text or not _SEGMENTS.fullmatch(text):
        return None
    return sum(int(count) * _SECONDS[unit] for count, unit in _SEGMENT.findall(text))
