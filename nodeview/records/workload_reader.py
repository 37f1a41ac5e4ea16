"""How ReplicaSets and Jobs are read."""

from __future__ import annotations

from nodeview.records.json_reader import JsonReader, ObjectJson
from nodeview.records.metadata_json import owners, word
from nodeview.records.resource import Reader, Resource, ServerVersion
from nodeview.records.workload import Workload


def _reader(resource: str, kind: str) -> Reader[Workload]:
    def workload(said: ObjectJson) -> Workload:
        metadata = said.metadata
        owner = owners(bytes(metadata.owner_references)).controller
        return Workload(word(metadata.namespace), metadata.name, metadata.uid or "", kind, owner)

    return JsonReader(resource, ObjectJson, workload)


def _replica_sets(_: ServerVersion) -> Reader[Workload]:
    return _reader("replicasets.apps", "ReplicaSet")


def _jobs(_: ServerVersion) -> Reader[Workload]:
    return _reader("jobs.batch", "Job")


REPLICA_SETS: Resource[Workload] = Resource("apps", ("v1",), "replicasets", _replica_sets)
JOBS: Resource[Workload] = Resource("batch", ("v1",), "jobs", _jobs)
