"""Which sources of prices a command uses, by its settings."""

from __future__ import annotations

from pathlib import Path

import pytest

from nodeview.cli.price_sources import asking_of, price_desk
from nodeview.live.price_desk import PriceDesk
from nodeview.pricing import EMPTY_BOOK
from nodeview.settings import Settings


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NODEVIEW_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path


def test_what_was_not_said_is_as_the_command_has_it() -> None:
    assert asking_of(Settings(), "live") == "live"
    assert asking_of(Settings(), "cached") == "cached"
    assert asking_of(Settings(prices="cached"), "live") == "cached"
    assert asking_of(Settings(prices="live"), "cached") == "live"


async def test_table_cache_and_aws() -> None:
    table = price_desk(Settings(), "table")
    cached = price_desk(Settings(), "cached")
    live = price_desk(Settings(), "live", "a-profile")
    assert table.keeper is None
    assert cached.keeper is not None
    assert live.keeper is not None
    assert (cached.keeper.asks, live.keeper.asks) == (False, True)
    assert cached.keeper.book.table.as_of
    for one in (table, cached, live):
        await one.close()


def test_disabled_prices_read_nothing(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def read(*_: object) -> None:
        raise AssertionError("read all the same")

    for name in ("newest_table", "PriceCache", "price_file_of", "PriceChild"):
        monkeypatch.setattr(f"nodeview.cli.price_sources.{name}", read)
    for settings in (Settings(disable_pricing=True), Settings(prices="off")):
        desk = price_desk(settings, "live")
        assert isinstance(desk, PriceDesk)
        assert desk.keeper is None
        assert desk._book is EMPTY_BOOK


def test_rules_of_the_price_file_are_in_the_book(home: Path) -> None:
    (home / "prices.toml").write_text("[[rule]]\nprice = 1\n")
    keeper = price_desk(Settings(), "cached").keeper
    assert keeper is not None
    assert len(keeper.book.rules.rules) == 1


def test_a_demo_has_no_discounts_unless_its_price_file_is_named(home: Path) -> None:
    file = home / "prices.toml"
    file.write_text("[[rule]]\nprice = 1\n")
    assert not price_desk(Settings(), "table")._book.rules.rules
    assert price_desk(Settings(price_file=str(file)), "table")._book.rules.rules
