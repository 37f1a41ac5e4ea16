"""The price cache: what is fresh, what is usable, and that neither processes nor accidents lose anything."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from nodeview.pricing import Offer, Quote
from nodeview.wire.price_cache import ABSENT_S, DAY, PriceCache, price_cache_folder

NOW = 1_795_000_000.0
HOUR = 3600.0
M5 = Offer("on-demand", "eu-west-1", "m5.large")
SPOT = Offer("spot", "eu-west-1", "m5.large", zone="euw1-az1")
CHINA = Offer("on-demand", "cn-north-1", "m5.large", "windows", "dedicated")
PRICE = Quote(107_000_000, "USD", "2026-11-21T12:00:00Z", "live")
ABSENT = Quote(None, "USD", "2026-11-21T12:00:00Z", "live", "not in price list (new type?)")


def test_what_was_stored_is_loaded_by_the_next_process(tmp_path: Path) -> None:
    yuan = Quote(1_013_000_000, "CNY", "2026-11-21", "live", "ambiguous", estimated=True)
    PriceCache(tmp_path).store({M5: PRICE, SPOT: PRICE, CHINA: yuan}, NOW)
    assert sorted(str(file.relative_to(tmp_path)) for file in tmp_path.glob("*/*.json")) == [
        "aws-cn/cn-north-1.json",
        "aws/eu-west-1.json",
    ]
    cached = msgspec.structs.replace(PRICE, source="cache")
    assert PriceCache(tmp_path).load(NOW + 1) == {
        M5: cached,
        SPOT: cached,
        CHINA: msgspec.structs.replace(yuan, source="cache"),
    }


@pytest.mark.parametrize(
    ("offer", "quote", "age", "is_usable", "is_fresh"),
    [
        (M5, PRICE, 6 * DAY, True, True),
        (M5, PRICE, 8 * DAY, True, False),
        (M5, PRICE, 366 * DAY, False, False),
        (Offer("fargate", "eu-west-1", "gb"), PRICE, 6 * DAY, True, True),
        (Offer("auto-fee", "eu-west-1", "m5.large"), PRICE, 8 * DAY, True, False),
        (SPOT, PRICE, 599, True, True),
        (SPOT, PRICE, 601, True, False),
        (SPOT, PRICE, DAY + 1, False, False),
        (M5, ABSENT, ABSENT_S - 1, True, True),
        (M5, ABSENT, ABSENT_S + 1, False, False),
        (SPOT, ABSENT, HOUR, True, False),
        (M5, PRICE, -DAY, True, False),
        (SPOT, PRICE, -DAY, True, False),
    ],
)
def test_prices_grow_old(
    tmp_path: Path, offer: Offer, quote: Quote, age: float, is_usable: bool, is_fresh: bool
) -> None:
    PriceCache(tmp_path).store({offer: quote}, NOW)
    cache = PriceCache(tmp_path)
    assert (offer in cache.load(NOW + age)) is is_usable
    assert cache.stale([offer], NOW + age) == ([] if is_fresh else [offer])


def test_what_was_never_answered_is_stale(tmp_path: Path) -> None:
    assert PriceCache(tmp_path).stale([M5], NOW) == [M5]


def test_a_clock_that_was_a_day_ahead_hides_no_answer_of_today(tmp_path: Path) -> None:
    PriceCache(tmp_path).store({SPOT: Quote(9, "USD", "", "live")}, NOW + DAY)
    cache = PriceCache(tmp_path)
    cache.store({SPOT: PRICE}, NOW)
    for each in (cache, PriceCache(tmp_path)):
        assert each.load(NOW + 1)[SPOT].hourly == PRICE.hourly
        assert each.stale([SPOT], NOW + 1) == []


def test_files_are_for_their_owner_alone(tmp_path: Path) -> None:
    PriceCache(tmp_path / "prices").store({M5: PRICE}, NOW)
    for file in (tmp_path / "prices").rglob("*"):
        assert stat.S_IMODE(file.stat().st_mode) & 0o077 == 0 or file.name == "aws"
    assert not list(tmp_path.rglob("*.tmp"))


def broken(text: bytes) -> bytes:
    return text[: len(text) // 2]


@pytest.mark.parametrize(
    "spoil",
    [
        broken,
        lambda text: text.replace(b'"version":1', b'"version":2'),
        lambda text: b"",
        lambda text: b"\xff\xfe\x00",
        lambda text: b'{"version":1,"entries":[{"offer":7}]}',
        lambda text: b"[" * 100_000,
    ],
    ids=["cut in half", "another version", "empty", "no text", "another form", "deep"],
)
def test_a_file_that_cannot_be_read_is_deleted_and_made_again(tmp_path: Path, spoil: object) -> None:
    PriceCache(tmp_path).store({M5: PRICE, CHINA: PRICE}, NOW)
    file = tmp_path / "aws" / "eu-west-1.json"
    file.write_bytes(spoil(file.read_bytes()))  # type: ignore[operator]
    cache = PriceCache(tmp_path)
    assert list(cache.load(NOW)) == [CHINA]
    assert not file.exists()
    cache.store({M5: PRICE}, NOW)
    assert set(PriceCache(tmp_path).load(NOW)) == {M5, CHINA}


def test_storing_over_a_broken_file_mends_it(tmp_path: Path) -> None:
    cache = PriceCache(tmp_path)
    cache.store({M5: PRICE}, NOW)
    file = tmp_path / "aws" / "eu-west-1.json"
    file.write_bytes(b"{")
    cache.store({SPOT: PRICE}, NOW)
    assert set(PriceCache(tmp_path).load(NOW)) == {SPOT}


def test_where_nothing_can_be_written_it_is_kept_in_memory(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    cache = PriceCache(tmp_path / "file" / "prices")
    cache.store({M5: PRICE}, NOW)
    cache.store({SPOT: PRICE}, NOW)
    assert cache.stale([M5, SPOT], NOW + 1) == []
    assert set(cache.load(NOW)) == {M5, SPOT}
    cache.clear()


def test_a_folder_that_may_only_be_read(tmp_path: Path) -> None:
    PriceCache(tmp_path).store({M5: PRICE}, NOW)
    (tmp_path / "aws").chmod(0o500)
    try:
        cache = PriceCache(tmp_path)
        assert set(cache.load(NOW)) == {M5}
        cache.store({SPOT: PRICE}, NOW)  # root may write all the same
        assert set(cache.load(NOW)) == {M5, SPOT}
    finally:
        (tmp_path / "aws").chmod(0o700)


def test_a_region_that_is_no_file_name_stays_in_memory(tmp_path: Path) -> None:
    evil = Offer("on-demand", "../../../evil", "m5.large")
    cache = PriceCache(tmp_path / "a" / "b" / "c")
    cache.store({evil: PRICE}, NOW)
    assert cache.stale([evil], NOW) == []
    assert not list(tmp_path.rglob("*evil*"))


def test_what_another_process_wrote_is_taken_up_and_is_news(tmp_path: Path) -> None:
    ours, theirs = PriceCache(tmp_path), PriceCache(tmp_path)
    ours.store({M5: PRICE}, NOW)
    assert ours.news(NOW) == {}
    theirs.store({SPOT: PRICE}, NOW + 1)
    assert ours.stale([M5, SPOT], NOW + 2) == []
    assert ours.news(NOW + 2) == {SPOT: PRICE}
    assert ours.news(NOW + 2) == {}


def test_clearing_forgets_all(tmp_path: Path) -> None:
    cache = PriceCache(tmp_path)
    cache.store({M5: PRICE, CHINA: PRICE}, NOW)
    cache.clear()
    assert cache.load(NOW) == {}
    assert PriceCache(tmp_path).load(NOW) == {}


def test_what_is_too_old_to_use_leaves_the_file(tmp_path: Path) -> None:
    cache = PriceCache(tmp_path)
    cache.store({SPOT: PRICE}, NOW)
    cache.store({M5: PRICE}, NOW + 2 * DAY)
    assert b"spot" not in (tmp_path / "aws" / "eu-west-1.json").read_bytes()


WRITER = """
import sys
from pathlib import Path
from nodeview.pricing import Offer, Quote
from nodeview.wire.price_cache import PriceCache
cache = PriceCache(Path(sys.argv[1]))
print("ready", flush=True)
sys.stdin.readline()
for n in range(40):
    cache.store({Offer("on-demand", "eu-west-1", f"{sys.argv[2]}.{n}"): Quote(n + 1, source="live")}, 1795000000.0 + n)
"""


def test_processes_that_write_at_once_lose_nothing(tmp_path: Path) -> None:
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path), name], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        for name in ("a", "b", "c")
    ]
    for writer in writers:
        assert writer.stdout is not None
        writer.stdout.readline()
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write(b"\n")
        writer.stdin.flush()
    for writer in writers:
        writer.communicate()
    quotes = PriceCache(tmp_path).load(NOW + 60)
    assert len(quotes) == 120
    assert not list(tmp_path.rglob("*.tmp"))


def test_the_folder_is_the_systems_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    if os.name == "posix" and sys.platform != "darwin":
        assert price_cache_folder() == tmp_path / "nodeview" / "prices" / "v1"
