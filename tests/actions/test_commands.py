"""The kubectl commands that steps are told by."""

from __future__ import annotations

from nodeview.actions import commands
from nodeview.actions.plan import Subject
from tests.builders import a_pod


def test_restarts_each_in_its_own_way() -> None:
    web = Subject("StatefulSet", "store", "shop", group="apps")
    assert commands.restart(web) == "kubectl -n shop rollout restart statefulset/store"
    assert commands.await_rollout(web, 600) == "kubectl -n shop rollout status statefulset/store --timeout=600s"
    argo = Subject("Rollout", "web", "shop", group="argoproj.io")
    assert commands.restart(argo) == (
        "kubectl -n shop patch rollouts.argoproj.io web --type merge "
        '-p "{\\"spec\\":{\\"restartAt\\":\\"$(date -u +%Y-%m-%dT%H:%M:%SZ)\\"}}"'
    )
    assert commands.await_rollout(argo, 600) == ""


def test_taints_and_annotations_both_ways() -> None:
    assert commands.prefer_elsewhere("a", "id") == "kubectl taint node a nodeview.dev/rotation=id:PreferNoSchedule"
    assert commands.end_prefer_elsewhere("a") == "kubectl taint node a nodeview.dev/rotation:PreferNoSchedule-"
    assert commands.annotate("a", "k", "v") == "kubectl annotate node a k=v"
    assert commands.annotate("a", "k", None) == "kubectl annotate node a k-"


def test_an_eviction_is_what_drain_sends() -> None:
    command = commands.evict(a_pod("p", namespace="shop"))
    assert '"kind":"Eviction","metadata":{"name":"p","namespace":"shop"}' in command
    assert command.endswith("kubectl create --raw /api/v1/namespaces/shop/pods/p/eviction -f -")


def test_waiting() -> None:
    assert commands.await_removed("a", 60) == "kubectl wait --for=delete node/a --timeout=60s"
    assert commands.await_empty("a") == "kubectl get pods -A --field-selector spec.nodeName=a"
    assert commands.delete_claim("c") == "kubectl delete nodeclaim c"
