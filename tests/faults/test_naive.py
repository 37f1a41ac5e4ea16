"""Every case of the catalogue, against the follower that everybody writes first: each must fail."""

from __future__ import annotations

import asyncio

import pytest

from tests.faults.catalogue import CASES, NAIVE_SURVIVES, Case
from tests.faults.every import load
from tests.faults.stage import staged

MOST_S = 5.0

load()


@pytest.mark.fault
@pytest.mark.parametrize("case", CASES, ids=[case.title for case in CASES])
async def test_the_naive_follower_fails(case: Case) -> None:
    if case.title in NAIVE_SURVIVES:
        pytest.skip(f"survives: {NAIVE_SURVIVES[case.title]}")
    with pytest.raises((AssertionError, TimeoutError)):
        async with asyncio.timeout(MOST_S), (case.on or staged)(True, **case.options) as stage:
            await case.run(stage, *case.given)
