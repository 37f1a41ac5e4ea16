"""The catalogue is whole: 69 faults, and each has a case, or a reason why it has none."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from tests.faults.catalogue import CASES, ELSEWHERE, FAULTS, NAIVE_SURVIVES, NOT_PROVOKED, cases_of, table
from tests.faults.every import load

ROOT = Path(__file__).parents[2]
COUNTS = {"L": 20, "W": 24, "S": 8, "A": 10, "P": 7}

load()


def test_all_faults_of_the_reference_are_in_the_table() -> None:
    assert Counter(fault[0] for fault in FAULTS) == COUNTS
    assert {f"{letter}{number}" for letter, most in COUNTS.items() for number in range(1, most + 1)} == set(FAULTS)


def test_every_fault_is_provoked_or_said_not_to_be() -> None:
    bare = [fault for fault in FAULTS if not (cases_of(fault) or fault in NOT_PROVOKED or fault in ELSEWHERE)]
    assert not bare


def test_no_case_provokes_what_is_not_in_the_table() -> None:
    known = {
        *(fault for case in CASES for fault in case.ids),
        *ELSEWHERE,
        *(what[:3].strip(":") for what in NOT_PROVOKED),
    }
    assert known <= set(FAULTS)


def test_cases_can_be_told_apart() -> None:
    assert [title for title, count in Counter(case.title for case in CASES).items() if count > 1] == []
    assert set(NAIVE_SURVIVES) <= {case.title for case in CASES}


def test_what_is_tested_elsewhere_is_there() -> None:
    for where in ELSEWHERE.values():
        path, _, name = where.partition("::")
        assert re.search(rf"def {name}\b", (ROOT / path).read_text()), where


def test_the_table_names_every_fault() -> None:
    assert all(f"| {fault} |" in table() for fault in FAULTS)
