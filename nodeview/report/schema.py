"""The JSON Schemas that are shipped with nodeview (draft 2020-12)."""

from __future__ import annotations

from importlib.resources import files


def schema_text(name: str) -> str:
    """The schema of a kind, as it is shipped: `report`, `prices` or `doctor`."""
    return files("nodeview.report").joinpath(f"{name}.schema.json").read_text(encoding="utf-8")
