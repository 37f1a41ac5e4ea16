"""`python -m tests.faults`: the table of faults as Markdown."""

from __future__ import annotations

from tests.faults.catalogue import table
from tests.faults.every import load

load()
print(table(), end="")
