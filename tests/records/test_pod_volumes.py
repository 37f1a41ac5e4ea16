"""Volumes of pods: claims, and what lies on a node's disk."""

from __future__ import annotations

import json

import msgspec
import pytest

from nodeview.records.pod_volumes import NO_VOLUMES, PodVolumes, read_volumes
from tests.records.bodies import Json, token_volume


def read(*volumes: Json) -> PodVolumes:
    """These volumes, as Go writes them."""
    return read_volumes(json.dumps(volumes, separators=(",", ":")).encode())


def test_what_is_told_of_volumes() -> None:
    one = read(
        {"name": "data", "persistentVolumeClaim": {"claimName": "data-db-0", "readOnly": True}},
        {"name": "scratch", "ephemeral": {"volumeClaimTemplate": {"spec": {}}}},
        {"name": "tmp", "emptyDir": {}},
        {"name": "cache", "emptyDir": {"medium": "", "sizeLimit": "1Gi"}},
        {"name": "shm", "emptyDir": {"medium": "Memory"}},
        {"name": "huge", "emptyDir": {"medium": "HugePages-2Mi"}},
        {"name": "logs", "hostPath": {"path": "/var/log"}},
        token_volume("kube-api-access-bcdfg"),
    )
    assert one == PodVolumes(("data-db-0",), ("scratch",), ("tmp", "cache", "huge"), True)
    assert one.claims_of("db-0") == ("data-db-0", "db-0-scratch")
    assert read({"name": "d", "persistentVolumeClaim": {"claimName": "c"}}).claims_of("p") == ("c",)


def test_most_pods_have_nothing_of_it() -> None:
    assert read({"name": "config", "configMap": {"name": "c"}}, token_volume("kube-api-access-bcdfg")) is NO_VOLUMES
    assert read() is read_volumes(b"null") is NO_VOLUMES
    assert NO_VOLUMES.claims_of("p") == ()


def test_pods_of_a_template_share_what_they_have() -> None:
    scratch: Json = {"name": "tmp", "emptyDir": {}}
    one, two = (read(scratch, token_volume(f"kube-api-access-{name}")) for name in ("bcdfg", "hjklm"))
    assert one is two


def test_a_name_like_the_tokens_is_a_name() -> None:
    assert read({"name": "kube-api-access-alpha", "emptyDir": {}}).local == ("kube-api-access-alpha",)


def test_words_within_other_sources_are_no_sources() -> None:
    options = {"hostPath": "/x", "emptyDir": {}, "ephemeral": "true", "persistentVolumeClaim": "c"}
    assert read({"name": "flex", "flexVolume": {"driver": "d", "options": options}}) == NO_VOLUMES


def test_what_is_null_is_not_there() -> None:
    nulls = dict.fromkeys(("emptyDir", "hostPath", "ephemeral", "persistentVolumeClaim"))
    assert read({"name": "x", **nulls}) == NO_VOLUMES
    assert read({"emptyDir": {"medium": None}}, {"persistentVolumeClaim": {"claimName": None}}) == PodVolumes(
        claims=("",), local=("",)
    )


def test_a_volume_that_does_not_fit_is_named_by_its_place() -> None:
    with pytest.raises(msgspec.ValidationError, match=r"spec\.volumes\[0\]\.emptyDir"):
        read({"name": "x", "emptyDir": "yes"})
