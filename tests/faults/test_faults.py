"""Every case of the catalogue, against the house as it is."""

from __future__ import annotations

import pytest

from tests.faults.catalogue import CASES, NOT_PROVOKED, Case
from tests.faults.every import load
from tests.faults.stage import Stage, staged

FIVE = {"performed", "agreed", "said", "polite"}
"""What each case asserts; the fifth, that nothing is left, is asserted by the stage itself."""

load()


@pytest.mark.fault
@pytest.mark.parametrize("case", CASES, ids=[case.title for case in CASES])
async def test_after_the_fault_all_is_as_it_should_be(case: Case) -> None:
    async with (case.on or staged)(False, **case.options) as stage:
        await case.run(stage, *case.given)
        if isinstance(stage, Stage):
            assert stage.asserted >= FIVE, f"the case does not assert {sorted(FIVE - stage.asserted)}"


@pytest.mark.fault
@pytest.mark.parametrize("what", NOT_PROVOKED)
def test_what_this_machine_cannot_provoke(what: str) -> None:
    pytest.skip(NOT_PROVOKED[what])
