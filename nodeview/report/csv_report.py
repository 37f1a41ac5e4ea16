"""One row per node, with the numbers of the JSON report; what is unknown is empty."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from io import StringIO

from nodeview.report.json_report import Json

PLAIN = (
    "name", "phase", "phase_reason", "ready", "unschedulable", "provisioner", "pool", "capacity_type",
    "instance_type", "arch", "os", "region", "zone", "kubelet_version", "image", "provider_id", "uid",
    "created", "age_s", "expires_at", "pods",
)  # fmt: skip


def csv_of(report: Json, resources: Sequence[str], extra_labels: Sequence[str]) -> str:
    """The nodes of a report, in its order, under one header row."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    amounts = [(kind, name) for name in resources for kind in ("allocatable", "requested")]
    writer.writerow(
        (*PLAIN, *(f"{name}_{kind}" for kind, name in amounts), "hourly", "currency", "price_source", *extra_labels)
    )
    for node in report["nodes"]:
        price = node["price"]
        row = [node[key] for key in PLAIN]
        row += [node[kind].get(name) for kind, name in amounts]
        row += [price["hourly"], price["currency"] if price["hourly"] is not None else None, price["source"]]
        row += [node["labels"].get(label) for label in extra_labels]
        writer.writerow([_cell(value) for value in row])
    return text.getvalue()


def _cell(value: object) -> object:
    return str(value).lower() if isinstance(value, bool) else value
