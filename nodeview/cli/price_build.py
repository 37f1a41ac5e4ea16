"""`nodeview prices --build`: the table of prices made anew from AWS's public price list."""

from __future__ import annotations

import sys

from nodeview.errors import NodeviewError
from nodeview.pricing import PriceTable
from nodeview.wire.price_list import build_table
from nodeview.wire.price_table import built_table_file, newest_table, write_table


async def build_prices(regions: tuple[str, ...]) -> int:
    """Build a table of these regions, or of all that the present one has, and write it where it is found.

    How it differs from the one before goes to stdout. A table that cannot be trusted is not written: exit code 1.
    """
    before = newest_table()
    built = await build_table(regions or listed_regions(before), before, tell=_tell)
    for line in built.differences:
        print(line)
    if built.refusal:
        raise NodeviewError(built.refusal, hint="Nothing was written.")
    file = built_table_file()
    try:
        write_table(file, built.table)
    except OSError as error:
        raise NodeviewError(f"{file} cannot be written ({(error.strerror or '').lower()}).") from None
    print(f"{file} has prices of {built.table.as_of}.")
    return 0


def listed_regions(table: PriceTable) -> tuple[str, ...]:
    """The regions that a table has machines of, zone groups aside."""
    parts = dict.fromkeys(part.region for part in table.parts if part.service == "on-demand")
    return tuple(region for region in parts if region.count("-") <= 3)


def _tell(line: str) -> None:
    print(f"nodeview: {line}", file=sys.stderr)
