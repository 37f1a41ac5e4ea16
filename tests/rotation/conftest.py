"""A cluster of its own for the rotations of a module: they move what others would count."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.control_plane import ControlPlane, need_assets
from tests.controllers import CONTROLLERS, need_programs, run_controllers
from tests.rotation.grounds import Grounds, audit_flags


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Grounds]:
    """An API server that keeps an audit log, with a scheduler, controllers and kwok."""
    need_programs(*CONTROLLERS)
    audit, home = tmp_path_factory.mktemp("audit"), tmp_path_factory.mktemp("home")
    with ControlPlane(need_assets(), *audit_flags(audit)) as plane:
        run_controllers(plane)
        yield Grounds(plane, home, audit / "audit.jsonl")


@pytest.fixture
def grounds(cluster: Grounds) -> Iterator[Grounds]:
    """The same, with nothing on it."""
    yield cluster
    cluster.clear()
