"""Groups with zone and date in their names, gathered under one."""

from __future__ import annotations

import pytest

from nodeview.provisioners import Ownership, gathered, name_pattern, pool_names

DATED = name_pattern(r"^(?P<pool>worker-\w+)-(?P<zone>1[ac])-(?P<version>v[\d-]+)$")


@pytest.mark.parametrize(
    ("before", "node", "after"),
    [
        (
            Ownership("eksctl", "worker-api-1a-v2024-05"),
            "n",
            Ownership("eksctl", "worker-api", "worker-api-1a-v2024-05"),
        ),
        (Ownership("eks-managed", "worker-x-1c-v7"), "n", Ownership("eks-managed", "worker-x", "worker-x-1c-v7")),
        (Ownership("self-managed", None), "worker-db-1c-v1", Ownership("custom", "worker-db")),
        (Ownership("kwok", None), "worker-db-1c-v1", Ownership("kwok", "worker-db")),
        (Ownership("eksctl", "worker-api-1b-v7"), "n", Ownership("eksctl", "worker-api-1b-v7")),
        (Ownership("eksctl", None), "worker-db-1c-v1", Ownership("eksctl", None)),
        (Ownership("karpenter", "worker-api-1a-v7"), "n", Ownership("karpenter", "worker-api-1a-v7")),
        (Ownership("fargate", None), "worker-api-1a-v7", Ownership("fargate", None)),
    ],
)
def test_what_is_gathered(before: Ownership, node: str, after: Ownership) -> None:
    assert gathered(before, node, (DATED,)) == after
    assert gathered(before, node, ()) is before


def test_the_first_pattern_that_finds_a_pool_is_believed() -> None:
    patterns = (name_pattern("(?P<pool>zzz)?x"), name_pattern("(?P<pool>a)"), name_pattern("(?P<pool>ab)"))
    assert gathered(Ownership("kops", "xab"), "n", patterns).pool == "a"


def test_a_pool_answers_to_both_names() -> None:
    assert pool_names(Ownership("eksctl", "worker-api", "worker-api-1a-v7")) == ("worker-api", "worker-api-1a-v7")
    assert pool_names(Ownership("karpenter", "api")) == ("api",)
    assert pool_names(Ownership("self-managed", None)) == ()


@pytest.mark.parametrize(
    ("text", "said"), [("(", "is not a regular expression: missing"), ("(?P<pol>a)", "has no group that is named pool")]
)
def test_wrong_patterns(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        name_pattern(text)
