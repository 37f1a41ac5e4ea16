"""Prices on the command line: what is known without a network, what is not, and that nothing else depends on them."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from nodeview.pricing import Offer, Quote
from nodeview.report.schema import schema_text
from nodeview.wire.price_cache import PriceCache
from tests.cli.api_server import serving
from tests.cli.priced_cluster import a_server, loopback_only
from tests.cli.running import Done, OnTerminal, children_of, environment, is_gone, nodeview
from tests.wire.aws_servers import Spot, aws_server, machine

KNOWN = {"known-1": 0.096, "known-2": 0.096, "said-1": 0.5}


def prices_of(report: dict[str, Any]) -> dict[str, Any]:
    return {node["name"]: node["price"] for node in report["nodes"]}


async def run(home: Path, *arguments: str, **environ: str) -> tuple[Done, dict[str, Any]]:
    """A command against the cluster; its JSON where it wrote some."""
    async with serving(a_server()) as server:
        done = await nodeview(home, *arguments, "--kubeconfig", str(server.kubeconfig(home)), **environ)
    return done, json.loads(done.out) if done.out.startswith("{") else {}


def test_the_guard_of_these_tests_sees_who_reaches_outside(tmp_path: Path) -> None:
    attempt = "import socket; socket.create_connection(('192.0.2.1', 9), 1)"
    environ = environment(tmp_path, **loopback_only(tmp_path))
    assert subprocess.run([sys.executable, "-c", attempt], env=environ, capture_output=True).returncode == 1
    assert "192.0.2.1" in (tmp_path / "outside").read_text()


async def test_without_credentials_or_network_the_first_report_has_what_is_known_and_reasons(tmp_path: Path) -> None:
    done, report = await run(tmp_path, "report", "-o", "json", **loopback_only(tmp_path))
    assert (done.code, done.err) == (0, "")
    assert report["complete"] is True
    prices = prices_of(report)
    assert {name: prices[name]["hourly"] for name in KNOWN} == KNOWN
    assert [prices[name]["source"] for name in KNOWN] == ["table", "table", "override"]
    assert prices["known-1"]["as_of"] == "2026-07-20"
    assert prices["spot-1"]["source"] == "estimate"
    assert 0 < prices["spot-1"]["hourly"] < 0.192
    assert prices["new-1"]["hourly"] is None
    assert prices["new-1"]["source"] is None
    assert "x99.large is not in the price list (new type?)" in prices["new-1"]["reason"]
    (money,) = report["totals"]["money"]
    assert (money["complete"], money["unpriced_nodes"], money["estimated_nodes"]) == (False, 1, 2)
    assert not (tmp_path / "outside").exists(), "nobody reached outside"


async def test_even_when_aws_may_be_asked_what_is_known_is_told_and_the_code_stays(tmp_path: Path) -> None:
    environ = loopback_only(tmp_path) | {"AWS_EC2_METADATA_DISABLED": "true"}
    done, report = await run(tmp_path, "report", "-o", "json", "--prices", "live", "--timeout", "30", **environ)
    assert done.code == 0
    assert done.err == "nodeview: prices: offline table 2026-07 - no AWS credentials\n"
    assert {name: prices_of(report)[name]["hourly"] for name in KNOWN} == KNOWN


async def test_a_report_with_live_prices_waits_for_them(tmp_path: Path) -> None:
    with aws_server() as aws:
        aws.items = [machine("m5.large", "us-east-1", "0.0961"), machine("x99.large", "us-east-1", "7.5")]
        aws.items += [machine("m5.xlarge", "us-east-1", "0.192"), machine("m5.large", "eu-west-1", "0.107")]
        aws.spots = [Spot("m5.xlarge", "us-east-1a", "use1-az4", "0.07")]
        done, report = await run(tmp_path, "report", "-o", "json", "--prices=live", **aws.environment())
        asked = aws.count()
        assert (done.code, done.err) == (0, "")
        prices = prices_of(report)
        assert {name: one["hourly"] for name, one in prices.items()} == {
            "known-1": 0.0961,
            "known-2": 0.0961,
            "spot-1": 0.07,
            "abroad-1": 0.107,
            "new-1": 7.5,
            "said-1": 0.5,
        }
        assert {one["source"] for one in prices.values()} == {"live", "override"}
        assert report["totals"]["money"][0]["complete"] is True
        again, report = await run(tmp_path, "report", "-o", "json", **aws.environment())
        assert {one["source"] for one in prices_of(report).values()} == {"cache", "override"}
        assert aws.count() == asked, "a report asks nobody unless it is told to"
        assert again.err == ""


@pytest.mark.parametrize("off", [["--disable-pricing"], ["--prices=off"]])
async def test_disabled_prices_leave_no_trace(tmp_path: Path, off: list[str]) -> None:
    (tmp_path / ".config/nodeview").mkdir(parents=True)
    (tmp_path / ".config/nodeview/prices.toml").write_text("x = [")
    done, report = await run(tmp_path, "report", "-o", "json", *off, **loopback_only(tmp_path))
    assert (done.code, done.err) == (0, "")
    assert {one["hourly"] for one in prices_of(report).values()} == {None}
    assert {one["reason"] for one in prices_of(report).values()} == {"prices are disabled"}
    assert report["totals"]["money"] == []
    table, _ = await run(tmp_path, "report", *off)
    assert "$" not in table.out
    prices, _ = await run(tmp_path, "prices", *off)
    assert (prices.code, prices.out) == (2, "")
    assert "prices are disabled" in prices.err


async def test_a_mistake_in_the_price_file_is_one_sentence_and_no_more(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text('[[rule]]\nmatch = { family = "m5" }\nprice = -1\n')
    done, report = await run(tmp_path, "report", "-o", "json", "--price-file", str(file))
    assert done.code == 0
    assert done.err.startswith("nodeview: ~/mine.toml, line 3: rule 1: price is -1")
    assert done.err.count("\n") == 1
    assert {name: prices_of(report)[name]["hourly"] for name in KNOWN} == KNOWN


async def test_the_price_file_beside_the_settings_is_used(tmp_path: Path) -> None:
    folder = tmp_path / ".config/nodeview"
    folder.mkdir(parents=True)
    rules = '[[rule]]\nmatch = { "node.kubernetes.io/instance-type" = "x99.*" }\nprice = 0.42\n'
    (folder / "prices.toml").write_text(rules + '[[rule]]\nmatch = { region = "us-east-1" }\nadjust = "-50%"\n')
    done, report = await run(tmp_path, "report", "-o", "json")
    assert (done.code, done.err) == (0, "")
    prices = prices_of(report)
    assert (prices["new-1"]["hourly"], prices["new-1"]["source"]) == (0.42, "file")
    assert (prices["known-1"]["hourly"], prices["known-1"]["source"]) == (0.048, "file")
    assert prices["said-1"]["hourly"] == 0.5


async def test_what_karpenter_is_told_of_prices_counts(tmp_path: Path) -> None:
    def overlay(name: str, **spec: object) -> dict[str, Any]:
        return {"metadata": {"name": name, "uid": name, "resourceVersion": "7"}, "spec": spec}

    new = {"key": "node.kubernetes.io/instance-type", "operator": "In", "values": ["x99.large"]}
    abroad = {"key": "topology.kubernetes.io/region", "operator": "NotIn", "values": ["us-east-1"]}
    server = a_server()
    server.objects = {
        **server.objects,
        "nodeoverlays": [
            overlay("new", requirements=[new], price="3.25"),
            overlay("abroad", requirements=[abroad], priceAdjustment="+100%"),
        ],
    }
    async with serving(server):
        done = await nodeview(tmp_path, "report", "-o", "json", "--kubeconfig", str(server.kubeconfig(tmp_path)))
    report = json.loads(done.out)
    prices = prices_of(report)
    assert (prices["new-1"]["hourly"], prices["new-1"]["source"]) == (3.25, "overlay")
    assert prices["abroad-1"]["hourly"] == 0.214
    assert "NodeOverlay abroad" in prices["abroad-1"]["reason"]
    assert prices["known-1"]["hourly"] == 0.096
    assert report["streams"]["nodeoverlays.karpenter.sh"]["state"] == "synced"


@pytest.mark.slow
async def test_aws_that_never_answers_holds_up_no_report(tmp_path: Path) -> None:
    with aws_server() as aws:
        aws.slowness_s = 30.0
        environ = aws.environment()
        done, report = await run(tmp_path, "report", "-o", "json", "--prices=live", "--timeout=3", **environ)
    assert done.code == 0
    assert {name: prices_of(report)[name]["hourly"] for name in KNOWN} == KNOWN


async def test_prices_tells_each_kind_and_what_was_tried(tmp_path: Path) -> None:
    done, told = await run(tmp_path, "prices", "-o", "json", **loopback_only(tmp_path))
    assert (done.code, done.err) == (0, "")
    jsonschema.validate(told, json.loads(schema_text("prices")))
    kinds = {(one["instance_type"], one["zone"], one["price"]["source"]): one for one in told["prices"]}
    assert {key: one["nodes"] for key, one in kinds.items()} == {
        ("x99.large", "us-east-1a", None): 1,
        ("m5.large", "us-east-1a", "table"): 2,
        ("m5.large", "us-east-1a", "override"): 1,
        ("m5.large", "eu-west-1a", "estimate"): 1,
        ("m5.xlarge", "us-east-1a", "estimate"): 1,
    }
    unknown = kinds["x99.large", "us-east-1a", None]
    assert [one["layer"] for one in unknown["tried"]] == [
        "override",
        "overlay",
        "file",
        "live",
        "cache",
        "table",
        "estimate",
    ]
    assert not any(one["chosen"] for one in unknown["tried"])
    table, _ = await run(tmp_path, "prices")
    assert max(map(len, table.out.splitlines())) <= 100
    head = [line for line in table.out.splitlines() if line.startswith(("TYPE", "m5", "x99.large  "))]
    assert len(head) == 6
    assert max(map(len, head)) <= 80
    assert "x99.large linux on-demand us-east-1a (1 node): x99.large is not in the price list" in table.out
    assert "≥" in table.out


@pytest.mark.slow
async def test_refresh_asks_for_what_is_fresh_and_tells_why_something_has_no_price(tmp_path: Path) -> None:
    with aws_server() as aws:
        aws.items = [machine("m5.large", "us-east-1", "0.0961"), machine("m5.xlarge", "us-east-1", "0.192")]
        aws.spots = [Spot("m5.xlarge", "us-east-1a", "use1-az4", "0.07")]
        first, _ = await run(tmp_path, "prices", "--prices=live", **aws.environment())
        asked = aws.count()
        assert first.code == 0
        assert asked > 0
        fresh, _ = await run(tmp_path, "prices", "--prices=live", **aws.environment())
        assert aws.count() == asked
        done, told = await run(tmp_path, "prices", "--refresh", "-o", "json", **aws.environment())
        assert aws.count() == 2 * asked
    assert fresh.code == done.code == 0
    jsonschema.validate(told, json.loads(schema_text("prices")))
    new = next(one for one in told["prices"] if one["instance_type"] == "x99.large")
    said = {one["layer"]: one["said"] for one in new["tried"]}
    assert "not in AWS's price list" in said["live"]
    live = next(one for one in told["prices"] if one["capacity_type"] == "spot")
    assert live["price"]["source"] == "live"
    assert live["age_s"] is not None


async def test_explain_prints_every_layer(tmp_path: Path) -> None:
    done, _ = await run(tmp_path, "prices", "--explain", "known-1")
    assert done.code == 0
    lines = done.out.splitlines()
    assert lines[0] == "known-1: m5.large linux on-demand us-east-1a"
    assert [line for line in lines if line.startswith("→")] == [
        "→ table     m5.large in us-east-1: 0.096 USD of 2026-07-20"
    ]
    assert [line.split()[0] for line in lines[3:] if not line.startswith("→")][:3] == ["override", "overlay", "file"]
    told, document = await run(tmp_path, "prices", "--explain", "said", "-o", "json")
    jsonschema.validate(document, json.loads(schema_text("prices")))
    assert told.code == 0
    assert document["node"] == "said-1"
    assert [one["layer"] for one in document["prices"][0]["tried"] if one["chosen"]] == ["override"]


@pytest.mark.parametrize(("name", "words"), [("nobody", "There is no node"), ("known", "2 nodes have a name")])
async def test_explaining_nobody_is_a_failure(tmp_path: Path, name: str, words: str) -> None:
    done, _ = await run(tmp_path, "prices", "--explain", name)
    assert (done.code, done.out) == (1, "")
    assert words in done.err


async def test_the_cache_can_be_cleared(tmp_path: Path) -> None:
    offer = Offer("on-demand", "us-east-1", "x99.large")
    cache = PriceCache(tmp_path / ".cache/nodeview/prices/v1")
    cache.store({offer: Quote(9_000_000_000, "USD", "2026-11-20", "live")}, time.time())
    home = {"XDG_CACHE_HOME": str(tmp_path / ".cache")}
    _, report = await run(tmp_path, "report", "-o", "json", **home)
    assert prices_of(report)["new-1"]["source"] == "cache"
    cleared, _ = await run(tmp_path, "prices", "--clear-price-cache", **home)
    assert (cleared.code, cleared.out) == (0, "The price cache is empty.\n")
    _, report = await run(tmp_path, "report", "-o", "json", **home)
    assert prices_of(report)["new-1"]["hourly"] is None


async def test_the_schema_is_shipped(tmp_path: Path) -> None:
    done = await nodeview(tmp_path, "report", "--schema", "prices")
    jsonschema.Draft202012Validator.check_schema(json.loads(done.out))


async def test_what_makes_no_sense_is_refused(tmp_path: Path) -> None:
    done = await nodeview(tmp_path, "prices", "-o", "csv")
    assert (done.code, 'Prices cannot be written as "csv"' in done.err) == (2, True)
    done = await nodeview(tmp_path, "prices", "--region", "eu-west-1")
    assert done.code == 2
    assert "--build" in done.err


def exec_kubeconfig(folder: Path, url: str) -> Path:
    """A kubeconfig whose credentials come of a plugin that AWS's own would be: it names a profile."""
    credential = {"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", "status": {"token": "t"}}
    plugin = folder / "plugin"
    plugin.write_text(f"#!/bin/sh\necho '{json.dumps(credential)}'\n")
    plugin.chmod(0o755)
    execute = {"apiVersion": credential["apiVersion"], "command": str(plugin), "interactiveMode": "Never"}
    user = {"name": "u", "user": {"exec": {**execute, "env": [{"name": "AWS_PROFILE", "value": "the-cluster"}]}}}
    cluster = {"name": "tiny", "cluster": {"server": url}}
    context = {"name": "tiny", "context": {"cluster": "tiny", "user": "u"}}
    file = folder / "kubeconfig-exec"
    content = {"clusters": [cluster], "users": [user], "contexts": [context], "current-context": "tiny"}
    file.write_text(json.dumps(content))
    return file


async def test_the_dashboard_asks_by_itself_with_the_profile_of_the_kubeconfig(tmp_path: Path) -> None:
    profile = tmp_path / "credentials"
    profile.write_text("[the-cluster]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = of-nobody\n")
    with aws_server() as aws:
        aws.items = [machine("x99.large", "us-east-1", "7.5"), machine("m5.large", "us-east-1", "0.0961")]
        environ = aws.environment(AWS_SHARED_CREDENTIALS_FILE=str(profile), NODEVIEW_PRICES="live")
        del environ["AWS_ACCESS_KEY_ID"], environ["AWS_SECRET_ACCESS_KEY"]
        async with serving(a_server()) as server:
            file = exec_kubeconfig(tmp_path, server.url)
            with OnTerminal(tmp_path, "--kubeconfig", str(file), size=(30, 140), **environ) as terminal:
                await asyncio.to_thread(terminal.until, "connecting")
                assert not asking(terminal.child.pid), "nothing is started before the first paint"
                await asyncio.to_thread(terminal.until, "7.5")
                (child,) = asking(terminal.child.pid)
                assert "--profile\0the-cluster" in Path(f"/proc/{child}/cmdline").read_text()
                terminal.press("q")
                assert await asyncio.to_thread(terminal.end) == 0
                assert is_gone(child, 5)
    assert aws.count() > 0


def asking(pid: int) -> list[int]:
    """The children of a process that ask AWS."""
    return [one for one in children_of(pid) if "aws_prices" in Path(f"/proc/{one}/cmdline").read_text()]
