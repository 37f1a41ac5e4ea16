"""The table of prices that needs no network: the one shipped with us, or a newer one that the user built."""

from __future__ import annotations

import logging
from importlib.resources import files
from pathlib import Path

from nodeview.pricing import NO_TABLE, PriceTable, bytes_of, table_of
from nodeview.wire.whole_file import write_whole

log = logging.getLogger(__name__)


def newest_table(built: Path | None = None) -> PriceTable:
    """The newer of both tables; a built one that cannot be read is as good as none, and the log says so.

    `built` is where the user's own lies, None for its usual place.
    """
    shipped = shipped_table()
    own = _read(built if built is not None else built_table_file())
    return own if own is not None and own.as_of > shipped.as_of else shipped


def shipped_table() -> PriceTable:
    """The table that comes with the program."""
    try:
        return table_of(files("nodeview.pricing").joinpath("table.json").read_bytes())
    except (OSError, ValueError) as error:
        log.error("the shipped price table cannot be read: %s", error)
        return NO_TABLE


def built_table_file() -> Path:
    """Where `nodeview prices --build` puts its table."""
    import platformdirs  # late: nothing else on the way to the first paint needs it

    return Path(platformdirs.user_data_dir("nodeview", appauthor=False)) / "prices" / "table.json"


def write_table(file: Path, table: PriceTable) -> None:
    """Put a table where `newest_table` finds it, whole or not at all. Raises OSError."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_whole(file, bytes_of(table))


def _read(file: Path) -> PriceTable | None:
    try:
        return table_of(file.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        log.warning("the price table %s is passed over: %s", file, error)
        return None
