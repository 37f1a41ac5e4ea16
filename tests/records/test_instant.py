"""Times and durations."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodeview.records.instant import duration_seconds, epoch_seconds


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("2025-11-21T09:24:10Z", 1763717050),
        ("2025-11-21T09:24:10.999999Z", 1763717050),
        ("2025-11-21T10:24:10+01:00", 1763717050),
        ("2024-02-29T23:59:59Z", 1709251199),
        ("2025-11-21T09:24:10", 1763717050),
        (None, None),
        ("", None),
        ("yesterday", None),
        ("2025-13-21T09:24:10Z", None),
        ("2025-11-21T09:24:xxZ", None),
        ("2025-11-21T09:75:10Z", None),
        ("2025-11-21T09:+4:10Z", None),
        ("2025-11-21T24:00:00Z", None),
        ("20251121T0924:24:10Z", None),
    ],
)
def test_times(text: str | None, seconds: int | None) -> None:
    assert epoch_seconds(text) == seconds


@given(st.datetimes(min_value=datetime(1, 1, 2), max_value=datetime(9999, 12, 30)))  # noqa: DTZ001
def test_times_as_datetime_has_them(moment: datetime) -> None:
    moment = moment.replace(tzinfo=UTC, microsecond=0)
    text = moment.isoformat().replace("+00:00", "Z")
    assert epoch_seconds(text) == round(moment.timestamp())


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("720h", 2_592_000),
        ("1h30m", 5400),
        ("90s", 90),
        ("1h1h", 7200),
        ("Never", None),
        ("", None),
        (None, None),
        ("1d", None),
        ("1.5h", None),
        ("h", None),
    ],
)
def test_durations(text: str | None, seconds: int | None) -> None:
    assert duration_seconds(text) == seconds
