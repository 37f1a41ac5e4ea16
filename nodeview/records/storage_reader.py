"""How claims of storage, volumes and their attachments are read."""

from __future__ import annotations

import msgspec

from nodeview.records.instant import epoch_seconds
from nodeview.records.json_reader import JsonReader, ObjectJson
from nodeview.records.metadata_json import NULL, MetadataJson, given, word
from nodeview.records.placement_json import NodeSelectorJson, read_terms
from nodeview.records.resource import NodeName, ObjectKey, Reader, Resource, ServerVersion
from nodeview.records.storage import Volume, VolumeAttachment, VolumeClaim


class _ClaimAnnotationsJson(msgspec.Struct, gc=False):
    selected_node: str | None = msgspec.field(default=None, name="volume.kubernetes.io/selected-node")
    storage_class: str | None = msgspec.field(default=None, name="volume.beta.kubernetes.io/storage-class")


class _ClaimMetadataJson(MetadataJson, gc=False):
    annotations: _ClaimAnnotationsJson | None = None


class _ClaimSpecJson(msgspec.Struct, rename="camel", gc=False):
    volume_name: str | None = None
    storage_class_name: str | None = None
    access_modes: list[str] | None = None


class _ClaimJson(ObjectJson, gc=False):
    metadata: _ClaimMetadataJson
    spec: _ClaimSpecJson | None = None


class _ClaimRefJson(msgspec.Struct, gc=False):
    namespace: str | None = None
    name: str | None = None


class _VolumeAffinityJson(msgspec.Struct, gc=False):
    required: NodeSelectorJson | None = None


class _VolumeSpecJson(msgspec.Struct, rename="camel", gc=False):
    node_affinity: _VolumeAffinityJson | None = None
    claim_ref: _ClaimRefJson | None = None
    local: msgspec.Raw = NULL
    host_path: msgspec.Raw = NULL


class _VolumeJson(ObjectJson, gc=False):
    spec: _VolumeSpecJson | None = None


class _SourceJson(msgspec.Struct, rename="camel", gc=False):
    persistent_volume_name: str | None = None


class _AttachmentSpecJson(msgspec.Struct, rename="camel", gc=False):
    node_name: str | None = None
    source: _SourceJson | None = None


class _AttachmentStatusJson(msgspec.Struct, gc=False):
    attached: bool | None = None


class _AttachmentJson(ObjectJson, gc=False):
    spec: _AttachmentSpecJson | None = None
    status: _AttachmentStatusJson | None = None


def _claim(said: _ClaimJson) -> VolumeClaim:
    metadata, spec = said.metadata, said.spec or _ClaimSpecJson()
    annotations = metadata.annotations or _ClaimAnnotationsJson()
    named = spec.storage_class_name
    return VolumeClaim(
        namespace=word(metadata.namespace),
        name=metadata.name,
        uid=metadata.uid or "",
        volume=spec.volume_name or "",
        storage_class=word(annotations.storage_class if named is None else named),
        access_modes=tuple([word(one) for one in spec.access_modes or ()]),
        selected_node=NodeName(word(annotations.selected_node)) if annotations.selected_node else None,
    )


def _volume(said: _VolumeJson) -> Volume:
    spec = said.spec or _VolumeSpecJson()
    reference = spec.claim_ref
    required = spec.node_affinity.required if spec.node_affinity else None
    return Volume(
        name=said.metadata.name,
        uid=said.metadata.uid or "",
        node_terms=read_terms(required),
        claim=ObjectKey(word(reference.namespace), reference.name) if reference and reference.name else None,
        local=given(spec.local) or given(spec.host_path),
    )


def _attachment(said: _AttachmentJson) -> VolumeAttachment:
    metadata, spec = said.metadata, said.spec or _AttachmentSpecJson()
    return VolumeAttachment(
        name=metadata.name,
        uid=metadata.uid or "",
        node=NodeName(word(spec.node_name)),
        volume=(spec.source.persistent_volume_name or "") if spec.source else "",
        attached=bool(said.status.attached) if said.status else False,
        deleted=epoch_seconds(metadata.deletion_timestamp),
    )


def _claims(_: ServerVersion) -> Reader[VolumeClaim]:
    return JsonReader("persistentvolumeclaims", _ClaimJson, _claim)


def _volumes(_: ServerVersion) -> Reader[Volume]:
    return JsonReader("persistentvolumes", _VolumeJson, _volume)


def _attachments(_: ServerVersion) -> Reader[VolumeAttachment]:
    return JsonReader("volumeattachments.storage.k8s.io", _AttachmentJson, _attachment)


VOLUME_CLAIMS: Resource[VolumeClaim] = Resource("", ("v1",), "persistentvolumeclaims", _claims)
VOLUMES: Resource[Volume] = Resource("", ("v1",), "persistentvolumes", _volumes)
VOLUME_ATTACHMENTS: Resource[VolumeAttachment] = Resource("storage.k8s.io", ("v1",), "volumeattachments", _attachments)
