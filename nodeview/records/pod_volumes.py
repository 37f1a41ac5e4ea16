"""A pod's volumes, as far as they bind it to a place: what it claims, and what it leaves behind on a node's disk."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

import msgspec

from nodeview.records.metadata_json import decode_part, word

TOKEN_VOLUME = b'"name":"kube-api-access-'
GENERATED = re.compile(TOKEN_VOLUME + rb'[bcdfghjklmnpqrstvwxz2456789]{5}"')
"""The volume that admission gives to nearly every pod, under a name of its own."""
STRIPPED = b'"name":"kube-api-access-....."'
_TOLD = re.compile(rb'"(?:emptyDir|persistentVolumeClaim|hostPath|ephemeral)":')


class _ClaimJson(msgspec.Struct, rename="camel", gc=False):
    claim_name: str | None = None


class _EmptyDirJson(msgspec.Struct, gc=False):
    medium: str | None = None


class _SomethingJson(msgspec.Struct, gc=False):
    """A source of which it matters that it is there."""


class _VolumeJson(msgspec.Struct, rename="camel", gc=False):
    name: str | None = None
    persistent_volume_claim: _ClaimJson | None = None
    ephemeral: _SomethingJson | None = None
    empty_dir: _EmptyDirJson | None = None
    host_path: _SomethingJson | None = None


class PodVolumes(NamedTuple):
    """What is told of a pod's volumes; all of it but the claims is its template's."""

    claims: tuple[str, ...] = ()
    """Names of PersistentVolumeClaims of its namespace."""
    ephemeral: tuple[str, ...] = ()
    """Names of the volumes whose claim is made for the pod, and named after it and them."""
    local: tuple[str, ...] = ()
    """Names of the `emptyDir` volumes that do not lie in memory."""
    host_paths: bool = False

    def claims_of(self, pod: str) -> tuple[str, ...]:
        """The claims of a pod of this name."""
        return (*self.claims, *[f"{pod}-{volume}" for volume in self.ephemeral])


NO_VOLUMES = PodVolumes()
_decoder = msgspec.json.Decoder(list[_VolumeJson] | None, strict=False)


def read_volumes(volumes: bytes) -> PodVolumes:
    """The volumes of a spec, by their bytes: pods of one template mostly share them but for the token's name."""
    if _TOLD.search(volumes) is None:
        return NO_VOLUMES
    at = volumes.find(TOKEN_VOLUME)
    generated = GENERATED.match(volumes, at) if at >= 0 else None
    return _read(volumes.replace(generated[0], STRIPPED) if generated else volumes)


@lru_cache(maxsize=2048)
def _read(volumes: bytes) -> PodVolumes:
    said = decode_part(_decoder, volumes, "spec.volumes") or []
    return PodVolumes(
        tuple([one.persistent_volume_claim.claim_name or "" for one in said if one.persistent_volume_claim]),
        tuple([word(one.name) for one in said if one.ephemeral]),
        tuple([word(one.name) for one in said if one.empty_dir and one.empty_dir.medium != "Memory"]),
        any(one.host_path for one in said),
    )
