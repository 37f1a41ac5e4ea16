"""Which table of prices is used: the shipped one, or a newer one of the user's."""

from __future__ import annotations

from pathlib import Path

import pytest

from nodeview.pricing import PriceTable, TablePart
from nodeview.wire import price_table
from nodeview.wire.price_table import built_table_file, newest_table, shipped_table, write_table


def table(as_of: str) -> PriceTable:
    return PriceTable(as_of, "a test", (TablePart("on-demand", "eu-west-1", as_of, "a test", {"m5.large": "0.107"}),))


def test_the_shipped_table_has_prices_and_a_date() -> None:
    shipped = shipped_table()
    assert shipped.as_of >= "2026-07-20"
    assert any(part.prices.get("m5.large") == "0.096" for part in shipped.parts if part.region == "us-east-1")


def test_a_newer_table_of_the_users_counts(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "table.json"
    write_table(file, table("2030-01-01"))
    assert newest_table(file) == table("2030-01-01")
    assert [found.name for found in file.parent.iterdir()] == ["table.json"]


def test_an_older_one_does_not(tmp_path: Path) -> None:
    write_table(tmp_path / "table.json", table("2020-01-01"))
    assert newest_table(tmp_path / "table.json") == shipped_table()


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"as_of": "2030-01-01"}'])
def test_one_that_cannot_be_read_is_passed_over(
    tmp_path: Path, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "table.json").write_bytes(content)
    assert newest_table(tmp_path / "table.json") == shipped_table()
    assert "is passed over" in caplog.text


def test_none_is_nothing_to_speak_of(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert newest_table(tmp_path / "table.json") == shipped_table()
    assert not caplog.text


def test_a_table_that_cannot_be_written_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(table: PriceTable) -> bytes:
        raise OSError("full")

    monkeypatch.setattr(price_table, "bytes_of", broken)
    with pytest.raises(OSError, match="full"):
        write_table(tmp_path / "table.json", table("2030-01-01"))
    assert not list(tmp_path.iterdir())


def test_the_file_is_in_the_users_data_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert built_table_file().parts[-3:] == ("nodeview", "prices", "table.json")
