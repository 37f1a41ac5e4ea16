"""A diagnosis as text of 80 columns and as JSON that keeps to the shipped schema."""

from __future__ import annotations

import copy
import json
from typing import Any, get_args

import jsonschema
import pytest
import yaml
from msgspec.structs import replace

from nodeview.diagnosis import PURPOSES, Diagnosis, Ending, Permission, PermissionState, Reached, Verdict
from nodeview.frame import Credential
from nodeview.report.doctor_report import doctor_of, render_doctor
from nodeview.report.schema import schema_text
from tests.builders import NOW
from tests.diagnosis.build import WORDS, a_diagnosis, refused, want

SCHEMA: dict[str, Any] = json.loads(schema_text("doctor"))


def errors(document: Any) -> list[str]:
    return [error.message for error in jsonschema.Draft202012Validator(SCHEMA).iter_errors(document)]


def broken() -> Diagnosis:
    """Something of everything."""
    return a_diagnosis(
        refused("pods", reason=WORDS),
        refused("replicasets.apps", "watch"),
        Permission(want("jobs.batch"), "failed", reason="list: The API server answered 500: etcd is gone."),
        Permission(want("events", "explaining"), "unknown", reason="There was no time left to ask."),
        refused("nodes", purpose="acting"),
    )


def unreached() -> Diagnosis:
    why = Reached("unreachable", "https://example.invalid cannot be reached: connection refused.")
    return a_diagnosis(reached=why, user=None, groups=(), permissions=())


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_diagnoses_keep_to_it() -> None:
    expiring = a_diagnosis()
    credential = Credential("exec plugin aws", NOW + 0.5, NOW, "It failed.")
    expiring = replace(expiring, identity=replace(expiring.identity, credential=credential, proxy="p:1"))
    for found in (a_diagnosis(), broken(), unreached(), expiring):
        assert errors(json.loads(render_doctor(found, "json"))) == []


def test_every_field_is_demanded_and_others_are_allowed() -> None:
    document = doctor_of(broken())
    assert errors(document | {"tomorrow": 1}) == []
    missed = []
    for key, value in document.items():
        spoilt = {name: one for name, one in document.items() if name != key}
        missed += [] if errors(spoilt) else [key]
        first = value[0] if isinstance(value, list) else value
        for inner in first if isinstance(first, dict) else ():
            spoilt = copy.deepcopy(document)
            target = spoilt[key][0] if isinstance(value, list) else spoilt[key]
            del target[inner]
            missed += [] if errors(spoilt) else [f"{key}.{inner}"]
    assert missed == []


def test_the_closed_enumerations_are_those_of_the_program() -> None:
    properties = SCHEMA["properties"]
    permission = properties["permissions"]["items"]["properties"]
    assert permission["state"]["enum"] == [*get_args(PermissionState)]
    assert permission["purpose"]["enum"] == [*PURPOSES]
    assert properties["checks"]["items"]["properties"]["verdict"]["enum"] == [*get_args(Verdict)]
    assert properties["server"]["properties"]["ending"]["enum"] == [*get_args(Ending)]


def test_the_document_says_what_was_found() -> None:
    document = doctor_of(broken())
    said = {(one["purpose"], one["resource"]): one for one in document["permissions"]}
    assert said["watching", "pods"] == {
        "purpose": "watching",
        "resource": "pods",
        "verbs": ["list", "watch"],
        "state": "refused",
        "refused": ["list", "watch"],
        "reason": WORDS,
        "lost": "what is requested, how full nodes are, what waits",
        "served_versions": ["v1"],
        "count": None,
    }
    assert said["watching", "nodes"]["count"] == 42
    assert document["exit_code"] == 4
    assert document["missing_rules"] == [
        {"apiGroups": [""], "resources": ["pods"], "verbs": ["list", "watch"]},
        {"apiGroups": ["apps"], "resources": ["replicasets"], "verbs": ["watch"]},
    ]


@pytest.mark.parametrize("found", [a_diagnosis(), broken(), unreached()], ids=["well", "broken", "unreached"])
def test_the_text_fits_80_columns(found: Diagnosis) -> None:
    lines = render_doctor(found, "table").splitlines()
    assert max(len(line) for line in lines if not line.startswith("kubectl ")) <= 80
    assert not any(line.endswith(" ") for line in lines)


def test_the_text_of_a_cluster_that_is_well_asks_for_nothing() -> None:
    text = render_doctor(a_diagnosis(), "table")
    assert "NO" not in text
    assert "ClusterRole" not in text
    assert text.endswith("All that is watched can be.\n")
    assert "  ok  nodes                                42 · list, watch\n" in text
    assert "not installed: nodepools.karpenter.sh, nodeclaims.karpenter.sh," in text


def test_the_text_tells_what_is_lost_why_and_what_to_ask_for() -> None:
    text = render_doctor(broken(), "table")
    assert "  NO  pods                                 no list, no watch\n" in text
    assert "        lost: what is requested, how full nodes are, what waits\n" in text
    assert 'pods is forbidden: User "viewer" cannot list' in text
    assert "watching, the picture itself: 1 of 10 allowed, 2 refused, 1 failed, 6 not" in text
    assert "  no  nodes                                no patch\n" in text, "what is not needed is told quietly"
    role = yaml.safe_load(text[text.index("apiVersion:") : text.index("kubectl create")])
    assert role["rules"] == doctor_of(broken())["missing_rules"]
    assert "kubectl create clusterrolebinding nodeview-missing --clusterrole=nodeview-missing" in text
    assert "--serviceaccount=ops:viewer" in text
    assert text.endswith("Nodes or pods may not be read, so there is no picture.\n")


def test_an_outage_is_told_and_nothing_is_made_up() -> None:
    text = render_doctor(unreached(), "table")
    assert "  NO  server       https://example.invalid cannot be reached: connection\n" in text
    assert "watching" not in text
    assert text.endswith("No answer came from the server, so nothing more could be looked at.\n")


def test_foreign_words_cannot_drive_the_terminal() -> None:
    evil = a_diagnosis(refused("pods", reason="no\x1b[2J way"), user="anna\x1b]0;x\x07")
    assert "\x1b" not in render_doctor(evil, "table")


def test_what_is_refused_of_one_namespace_is_asked_for_there() -> None:
    found = a_diagnosis(refused("configmaps", purpose="explaining"), refused("events", purpose="explaining"))
    text = render_doctor(found, "table")
    assert "  no  configmaps in kube-system            no list, no watch\n" in text
    roles = list(yaml.safe_load_all(text[text.index("apiVersion:") : text.index("kubectl create")]))
    assert [(role["kind"], role["metadata"].get("namespace")) for role in roles] == [
        ("ClusterRole", None),
        ("Role", "kube-system"),
    ]
    assert "kubectl create rolebinding nodeview-missing --namespace=kube-system --role=nodeview-missing" in text
    assert doctor_of(found)["missing_rules"][1] == {
        "apiGroups": [""],
        "resources": ["configmaps"],
        "verbs": ["list", "watch"],
        "resourceNames": ["cluster-autoscaler-status"],
        "namespace": "kube-system",
    }
