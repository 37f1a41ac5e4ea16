"""What a diagnosis amounts to: its exit code, and the least that is missing."""

from __future__ import annotations

import pytest

from nodeview.diagnosis import Ending, Permission, PermissionState, Reached, Rule
from tests.diagnosis.build import a_diagnosis, refused, want


def test_all_well_though_extensions_are_absent() -> None:
    assert a_diagnosis().exit_code == 0
    assert a_diagnosis().missing == ()


@pytest.mark.parametrize("id", ["nodes", "pods"])
def test_without_nodes_or_pods_it_is_4(id: str) -> None:
    assert a_diagnosis(refused(id)).exit_code == 4
    assert a_diagnosis(refused(id, "watch")).exit_code == 4


def test_less_than_all_that_is_watched_is_1() -> None:
    assert a_diagnosis(refused("replicasets.apps", "watch")).exit_code == 1
    states: tuple[PermissionState, ...] = ("failed", "unknown")
    for state in states:
        assert a_diagnosis(Permission(want("pods"), state)).exit_code == 1


def test_what_nothing_is_watched_by_changes_no_code() -> None:
    found = a_diagnosis(refused("events", purpose="explaining"), refused("nodes", purpose="acting"))
    assert found.exit_code == 0
    assert found.missing == (Rule("", ("events",), ("list", "watch")),), "what would act is not asked for"


def test_the_least_that_is_missing_names_the_refused_verbs_alone() -> None:
    found = a_diagnosis(refused("pods"), refused("replicasets.apps", "watch"), refused("events", purpose="explaining"))
    assert found.missing == (
        Rule("", ("pods", "events"), ("list", "watch")),
        Rule("apps", ("replicasets",), ("watch",)),
    )


@pytest.mark.parametrize(
    ("ending", "code"), [("unreachable", 3), ("rejected", 4), ("no_credentials", 4), ("failed", 1)]
)
def test_how_it_ended_before_any_permission_was_asked_for(ending: Ending, code: int) -> None:
    assert a_diagnosis(reached=Reached(ending, "It said why."), permissions=()).exit_code == code


def test_nothing_asked_is_not_well() -> None:
    assert a_diagnosis(permissions=()).exit_code == 1
