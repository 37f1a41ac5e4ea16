"""Who wrote which field, as `metadata.managedFields` tells, without building its trees."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from nodeview.records.instant import epoch_seconds
from nodeview.records.metadata_json import NULL, given, word


class _EntryJson(msgspec.Struct, rename="camel", gc=False):
    manager: str | None = None
    time: str | None = None
    fields: msgspec.Raw = msgspec.field(default=NULL, name="fieldsV1")


class _SpecJson(msgspec.Struct, gc=False):
    template: msgspec.Raw = msgspec.field(default=NULL, name="f:template")
    unschedulable: msgspec.Raw = msgspec.field(default=NULL, name="f:unschedulable")


class _FieldsJson(msgspec.Struct, gc=False):
    spec: _SpecJson | None = msgspec.field(default=None, name="f:spec")


_entries = msgspec.json.Decoder(list[_EntryJson] | None)
_fields = msgspec.json.Decoder(_FieldsJson | None)


class Written(NamedTuple):
    """Who wrote a field, and when that manager wrote last, epoch seconds."""

    by: str = ""
    at: int | None = None


def template_managers(managed_fields: msgspec.Raw) -> tuple[str, ...]:
    """The managers that own fields of `spec.template`, in the order given, each once."""
    if managed_fields is NULL:
        return ()
    owned = (word(entry.manager) for entry, spec in _owners(managed_fields, b'"f:template"') if given(spec.template))
    return tuple(dict.fromkeys(name for name in owned if name))


def cordon(managed_fields: msgspec.Raw) -> Written:
    """Who wrote a node's `spec.unschedulable`: of several owners the one that wrote last."""
    owned = [
        Written(word(entry.manager), epoch_seconds(entry.time))
        for entry, spec in _owners(managed_fields, b'"f:unschedulable"')
        if given(spec.unschedulable)
    ]
    return max(owned, key=lambda one: one.at or 0, default=Written())


def _owners(managed_fields: msgspec.Raw, field: bytes) -> Iterator[tuple[_EntryJson, _SpecJson]]:
    """Entries that own this field of `spec`, named as JSON has it. What is no such list tells nothing."""
    try:
        for entry in _entries.decode(managed_fields) or ():
            fields = _fields.decode(entry.fields) if field in bytes(entry.fields) else None
            if fields is not None and fields.spec is not None:
                yield entry, fields.spec
    except (msgspec.DecodeError, UnicodeDecodeError):
        return
