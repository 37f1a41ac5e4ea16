"""`python -m tests.rotation`: a rotation killed before and after every kind of line of its journal."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.control_plane import ControlPlane, need_assets
from tests.controllers import run_controllers
from tests.rotation import test_deaths as deaths
from tests.rotation.grounds import Grounds, audit_flags

LINES = (
    "plan",
    *("intent mark", "answer mark"),
    *("begin cordon", "intent cordon", "answer cordon", "end cordon"),
    *("begin restart", "intent restart", "answer restart", "end restart"),
    *("begin await-rollout", "end await-rollout"),
    *("begin evict", "intent evict", "answer evict", "end evict"),
    *("begin await-empty", "end await-empty"),
    *("intent end", "answer end", "finished"),
)
"""Every kind of line that the journal of this rotation has."""
NO_MORE = ("-plan", "+finished")
"""Where nothing was begun, or all is over: there is nothing to go on with."""


def main() -> int:
    """Each of them, resumed and aborted; the number of those that came to another end than they should."""
    wrong = 0
    with tempfile.TemporaryDirectory() as folder, ControlPlane(need_assets(), *audit_flags(Path(folder))) as plane:
        run_controllers(plane)
        grounds = Grounds(plane, Path(folder), Path(folder) / "audit.jsonl")
        deaths.furnish(grounds)
        for dies in (sign + line for line in LINES for sign in "-+"):
            for end in (deaths.test_resumed_it_comes_to_its_end_with_one_restart_of_each,
                        deaths.test_aborted_only_its_own_cordons_are_undone):  # fmt: skip
                if dies in NO_MORE and end is deaths.test_resumed_it_comes_to_its_end_with_one_restart_of_each:
                    continue
                try:
                    end(grounds, dies)
                    print("ok   ", dies, end.__name__, flush=True)
                except AssertionError as error:
                    wrong += 1
                    print("WRONG", dies, end.__name__, error, flush=True)
    return wrong


if __name__ == "__main__":
    sys.exit(min(main(), 1))
