"""`python -m tests.rotation.mortal BOUNDARY rotate …`: nodeview that ends as by `kill -9` at a line of its journal.

A boundary is `+intent restart`, just after the first line of that kind was written, or `-intent restart`, just before.
"""

from __future__ import annotations

import os
import signal
import sys

from nodeview.cli import main
from nodeview.live.journal import Entry, Journal


def _dies_at(boundary: str) -> None:
    write, at, after = Journal.write, boundary[1:], boundary[0] == "+"

    def mortal(journal: Journal, entry: Entry) -> None:
        here = f"{entry.type} {entry.what}".strip() == at
        if here and not after:
            os.kill(os.getpid(), signal.SIGKILL)
        write(journal, entry)
        if here:
            os.kill(os.getpid(), signal.SIGKILL)

    setattr(Journal, "write", mortal)  # noqa: B010


if __name__ == "__main__":
    _dies_at(sys.argv[1])
    sys.exit(main(sys.argv[2:]))
