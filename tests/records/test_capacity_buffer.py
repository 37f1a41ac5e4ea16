"""What a CapacityBuffer says of itself."""

from __future__ import annotations

import pytest

from nodeview.records import CapacityBuffer, Condition


@pytest.mark.parametrize(
    ("condition", "remark"),
    [
        (Condition("LimitedByQuotas", "True", "Quota", "4 of 5 fit the quota", None), "4 of 5 fit the quota"),
        (Condition("LimitedByQuotas", "False", "", "all fit", None), ""),
        (Condition("ReadyForProvisioning", "False", "NoTemplate", "", None), "NoTemplate"),
        (Condition("ReadyForProvisioning", "True", "Ready", "", None), ""),
        (Condition("Provisioning", "False", "", "no nodes", None), ""),
    ],
)
def test_what_is_the_matter_with_it(condition: Condition, remark: str) -> None:
    assert CapacityBuffer("shop", "spare", "u", "", 1, (condition,)).remark == remark
