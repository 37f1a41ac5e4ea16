"""All modules of cases, loaded, so that the catalogue is whole."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import pytest

NO_CASES = {
    "bodies",
    "catalogue",
    "child",
    "cluster",
    "every",
    "leaks",
    "naive",
    "relay",
    "secured",
    "stage",
    "tunnel",
    "watching_stage",
}


def load() -> None:
    """Import every module of this folder that may hold cases."""
    for path in sorted(Path(__file__).parent.glob("[a-z]*.py")):
        if path.stem not in NO_CASES and not path.stem.startswith("test_"):
            name = f"tests.faults.{path.stem}"
            if name not in sys.modules:
                pytest.register_assert_rewrite(name)
            importlib.import_module(name)
