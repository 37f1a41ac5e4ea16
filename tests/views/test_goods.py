"""What a node is to a price list, by all the labels that may say it."""

from __future__ import annotations

from typing import Any

import pytest

from nodeview.pricing import FargateSize, Goods
from nodeview.provisioners import capacity_type_of, ownership_of, traits_of
from nodeview.records import Pod
from nodeview.views.goods import fargate_size, goods_of
from tests.builders import a_node, a_pod, a_shape

NANO = 10**9
MIB = 2**20 * NANO
REGION, ZONE, ZONE_ID = "topology.kubernetes.io/region", "topology.kubernetes.io/zone", "topology.k8s.aws/zone-id"
OLD_REGION, OLD_ZONE = "failure-domain.beta.kubernetes.io/region", "failure-domain.beta.kubernetes.io/zone"
TYPE, CAPACITY = "node.kubernetes.io/instance-type", "karpenter.sh/capacity-type"
COMPUTE = "eks.amazonaws.com/compute-type"


def goods(labels: dict[str, str] | None = None, *pods: Pod, asked: frozenset[str] = frozenset(), **more: Any) -> Goods:
    node = a_node(labels=labels or {}, **more)
    return goods_of(node, traits_of(node), ownership_of(node), capacity_type_of(node), pods, asked)


def test_a_plain_node_of_karpenter() -> None:
    said = {REGION: "eu-west-1", ZONE: "eu-west-1a", ZONE_ID: "euw1-az2", TYPE: "m7g.2xlarge", CAPACITY: "spot",
            "kubernetes.io/arch": "arm64", "kubernetes.io/os": "linux"}  # fmt: skip
    assert goods(said) == Goods(
        provider="aws", region="eu-west-1", zone="eu-west-1a", zone_id="euw1-az2", instance_type="m7g.2xlarge",
        os="linux", tenancy="shared", purchase="spot", purchase_said=True, arch="arm64",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("labels", "provider_id", "region", "zone"),
    [
        ({REGION: "eu-west-1", ZONE: "eu-west-1a"}, "aws:///us-east-1a/i-1", "eu-west-1", "eu-west-1a"),
        ({OLD_REGION: "eu-west-1", OLD_ZONE: "eu-west-1b"}, "aws:///us-east-1a/i-1", "eu-west-1", "eu-west-1b"),
        ({ZONE: "ap-northeast-1c"}, "aws:///us-east-1a/i-1", "ap-northeast-1", "ap-northeast-1c"),
        ({}, "aws:///us-gov-west-1a/i-1", "us-gov-west-1", "us-gov-west-1a"),
        ({}, "aws:///cn-north-1b/i-1", "cn-north-1", "cn-north-1b"),
        ({}, "aws:///eusc-de-east-1a/i-1", "eusc-de-east-1", "eusc-de-east-1a"),
        ({}, "aws:///us-west-2-lax-1a/i-1", "us-west-2", "us-west-2-lax-1a"),
        ({ZONE: "us-east-1-wl1-bos-wlz-1"}, "aws:///x/i-1", "us-east-1", "us-east-1-wl1-bos-wlz-1"),
        ({}, "aws:///i-1", None, None),
        ({}, "", None, None),
        ({ZONE: "us-central1-a"}, "gce://project/us-central1-a/x", None, "us-central1-a"),
        ({ZONE: "nowhere"}, "aws:///nowhere/i-1", None, "nowhere"),
    ],
)
def test_region_and_zone_come_of_the_node_alone(
    labels: dict[str, str], provider_id: str, region: str | None, zone: str | None
) -> None:
    found = goods(labels, provider_id=provider_id)
    assert (found.region, found.zone) == (region, zone)


@pytest.mark.parametrize(
    ("provider_id", "provider"),
    [("aws:///a/i-1", "aws"), ("azure:///subscriptions/1", "azure"), ("kwok://n", "kwok"), ("odd", ""), ("", "")],
)
def test_the_provider_is_the_scheme_of_its_id(provider_id: str, provider: str) -> None:
    assert goods(provider_id=provider_id).provider == provider


@pytest.mark.parametrize(
    ("said", "image", "system"),
    [
        ("linux", "Amazon Linux 2023", "linux"),
        ("linux", "Bottlerocket OS 1.20", "linux"),
        ("linux", "Ubuntu 22.04.4 LTS", "linux"),
        ("linux", "Red Hat Enterprise Linux 9.4 (Plow)", "rhel"),
        ("linux", "Red Hat Enterprise Linux CoreOS 416.94", "linux"),
        ("linux", "SUSE Linux Enterprise Server 15 SP5", "suse"),
        ("linux", "openSUSE Leap 15.5", "linux"),
        ("windows", "Windows Server 2022 Datacenter", "windows"),
        ("windows", "", "windows"),
    ],
)
def test_the_system_comes_of_the_label_and_the_image(said: str, image: str, system: str) -> None:
    assert goods({"kubernetes.io/os": said}, os_image=image).os == system


def test_tenancy_and_purchase() -> None:
    dedicated = goods({"karpenter.k8s.aws/instance-tenancy": "dedicated", CAPACITY: "reserved"})
    assert (dedicated.tenancy, dedicated.purchase, dedicated.purchase_said) == ("dedicated", "reserved", True)
    silent = goods({"karpenter.k8s.aws/instance-tenancy": "default"})
    assert (silent.tenancy, silent.purchase, silent.purchase_said) == ("shared", "on-demand", False)
    assert goods({"eks.amazonaws.com/capacityType": "CAPACITY_BLOCK"}).purchase == "capacity-block"


def test_auto_mode_and_hybrid_nodes() -> None:
    assert goods({COMPUTE: "auto", CAPACITY: "spot"}).auto_mode
    assert not goods({CAPACITY: "spot"}).auto_mode
    assert goods({COMPUTE: "hybrid"}).hybrid
    assert goods(provider_id="eks-hybrid:///us-west-2/c/mi-1").hybrid
    assert not goods({COMPUTE: "auto"}).hybrid


def test_only_labels_that_are_asked_for_are_kept_and_sorted() -> None:
    said = {"team": "a", "b": "1", "c": "2"}
    assert goods(said, asked=frozenset(("team", "b", "nobody"))).labels == (("b", "1"), ("team", "a"))


def test_nodes_that_are_alike_share_one_value() -> None:
    said = {REGION: "eu-west-1", ZONE: "eu-west-1a", TYPE: "m5.large"}
    one, two = (goods(said, name=name, provider_id=f"aws:///eu-west-1a/i-{name}") for name in ("a", "b"))
    assert one is two


FARGATE = {COMPUTE: "fargate", REGION: "eu-west-1", ZONE: "eu-west-1a"}


def on_fargate(said: str, name: str = "p", **more: Any) -> Pod:
    shape = a_shape(requests={"cpu": NANO // 4, "memory": 300 * MIB, "ephemeral-storage": 30 * 2**30 * NANO})
    return a_pod(name, shape=shape, fargate_capacity=said, **more)


def test_fargate_says_what_it_provisioned_on_the_pod() -> None:
    found = goods(FARGATE, on_fargate("0.5vCPU 1.5GB"))
    assert found.purchase == "fargate"
    assert found.fargate == FargateSize(NANO // 2, 1536 * MIB, 30 * 2**30 * NANO)


@pytest.mark.parametrize("said", ["", "much", "0.5vCPU", "..vCPU 1GB"])
def test_what_fargate_does_not_say_is_worked_out(said: str) -> None:
    assert goods(FARGATE, on_fargate(said)).fargate == FargateSize(NANO // 4, 1024 * MIB, 30 * 2**30 * NANO, said=False)


def test_a_finished_pod_is_billed_until_it_is_gone_and_no_pod_is_no_size() -> None:
    done = on_fargate("2vCPU 4GB", "done", phase="Succeeded")
    found = goods(FARGATE, done).fargate
    assert found is not None
    assert found.cpu == 2 * NANO
    assert goods(FARGATE, done, on_fargate("1vCPU 2GB")).fargate == goods(FARGATE, on_fargate("1vCPU 2GB")).fargate
    assert goods(FARGATE, done, on_fargate("")).fargate == goods(FARGATE, on_fargate("")).fargate
    assert goods(FARGATE).fargate is None
    assert goods({}, on_fargate("1vCPU 2GB")).fargate is None


@pytest.mark.parametrize(
    ("milli", "mib", "size"),
    [
        (0, 0, (250, 512)),
        (250, 256, (250, 512)),
        (250, 257, (250, 1024)),
        (250, 1793, (500, 3072)),
        (251, 0, (500, 1024)),
        (1000, 0, (1000, 2048)),
        (100, 8000, (2000, 9216)),
        (4000, 8192, (4000, 9216)),
        (8000, 17000, (8000, 20480)),
        (16000, 120000, (16000, 122880)),
    ],
)
def test_fargate_rounds_up_to_what_it_sells(milli: int, mib: int, size: tuple[int, int]) -> None:
    found = fargate_size({"cpu": milli * NANO // 1000, "memory": mib * MIB})
    assert found == FargateSize(size[0] * NANO // 1000, size[1] * MIB, said=False)


def test_more_than_fargate_sells_is_no_size() -> None:
    assert fargate_size({"cpu": 17 * NANO}) is None
    assert fargate_size({"memory": 122880 * MIB}) is None
