"""AWS on loopback: the Price List Query API (JSON 1.1) and DescribeSpotPriceHistory (form in, XML out).

It filters, pages and counts as the services do, and does wrong what it is told to: a fault is used up by one
request, in order, and noted in `performed`. In a thread of its own, since boto3 speaks to it from another process
or another thread. It imports nothing of nodeview.
"""

from __future__ import annotations

import json
import socket
import struct
import threading
import time
from collections import Counter, deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qs

OS_OPERATIONS = {
    "Linux": "RunInstances",
    "Windows": "RunInstances:0002",
    "RHEL": "RunInstances:0010",
    "SUSE": "RunInstances:000g",
    "Ubuntu Pro": "RunInstances:0g00",
}


def item(price: str | None, currency: str = "USD", **attributes: str) -> dict[str, Any]:
    """A product of the price list with its price on demand, None for a product without one."""
    reserved = {"X": {"priceDimensions": {"Y": {"unit": "Hrs", "pricePerUnit": {currency: "0.01"}}}}}
    terms: dict[str, Any] = {"Reserved": reserved}
    if price is not None:
        dimension = {"unit": "Hrs", "beginRange": "0", "appliesTo": [], "pricePerUnit": {currency: price}}
        term = {"offerTermCode": "JRTCKXETXF", "termAttributes": {}, "priceDimensions": {"SKU.A.B": dimension}}
        terms["OnDemand"] = {"SKU.A": term}
    product = {"productFamily": "Compute Instance", "sku": "SKU", "attributes": attributes}
    return {"product": product, "serviceCode": attributes.get("servicecode", ""), "terms": terms, "version": "1"}


def machine(
    instance_type: str, region: str, price: str | None, system: str = "Linux", currency: str = "USD", **other: str
) -> dict[str, Any]:
    """A row of AmazonEC2."""
    attributes = {
        "servicecode": "AmazonEC2",
        "instanceType": instance_type,
        "regionCode": region,
        "operatingSystem": system,
        "operation": OS_OPERATIONS.get(system, ""),
        "tenancy": "Shared",
        "capacitystatus": "Used",
        "preInstalledSw": "NA",
        "marketoption": "OnDemand",
        "licenseModel": "No License required",
        "usagetype": f"EU-BoxUsage:{instance_type}",
    }
    return item(price, currency, **{**attributes, **other})


def of_eks(region: str, usagetype: str, price: str, currency: str = "USD", **other: str) -> dict[str, Any]:
    """A row of AmazonEKS."""
    attributes = {"servicecode": "AmazonEKS", "regionCode": region, "usagetype": usagetype, "operation": ""}
    return item(price, currency, **{**attributes, **other})


@dataclass(frozen=True)
class Spot:
    """A spot price in one zone."""

    instance_type: str
    zone: str
    zone_id: str
    price: str
    product: str = "Linux/UNIX"
    since: str = "2026-11-20T18:31:12.000Z"


@dataclass
class Aws:
    """What the servers sell, what they were asked, and what they shall do wrong."""

    url: str = ""
    items: list[dict[str, Any] | str] = field(default_factory=list)
    """A string is sent as it is."""
    spots: list[Spot] = field(default_factory=list)
    page: int = 100
    knows_any_of: bool = True
    slowness_s: float = 0.0
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    """Each request: GetProducts with its JSON, or DescribeSpotPriceHistory with its form."""
    hosts: list[str] = field(default_factory=list)
    """The credential scope's region of each request, as signed."""
    performed: Counter[str] = field(default_factory=Counter)
    faults: dict[str, deque[str]] = field(default_factory=lambda: {"GetProducts": deque(), "Spot": deque()})
    forever: dict[str, str] = field(default_factory=dict)
    """Faults that every request meets."""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def environment(self, **other: str) -> dict[str, str]:
        """What makes boto3 ask here, with credentials of no account."""
        return {
            "AWS_ENDPOINT_URL_PRICING": self.url,
            "AWS_ENDPOINT_URL_EC2": self.url,
            "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
            "AWS_SECRET_ACCESS_KEY": "secret/of/nobody/at/all",
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": "/nonexistent/config",
            "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent/credentials",
            **other,
        }

    def count(self, operation: str = "") -> int:
        """How many requests came."""
        return sum(operation in name for name, _ in self.asked)


class _Handler(BaseHTTPRequestHandler):
    aws: ClassVar[Aws]
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:
        """Nothing on the test's terminal."""

    def do_POST(self) -> None:
        """Answer one call of either service."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        target = self.headers.get("X-Amz-Target", "")
        is_list = target.endswith(".GetProducts")
        said: dict[str, Any] = json.loads(body) if is_list else {k: v[0] for k, v in parse_qs(body).items()}
        kind = "GetProducts" if is_list else "Spot"
        with self.aws.lock:
            self.aws.asked.append(("GetProducts" if is_list else str(said.get("Action")), said))
            self.aws.hosts.append(self.headers.get("Authorization", "").partition("Credential=")[2].split("/")[2])
            queue = self.aws.faults[kind]
            fault = queue.popleft() if queue else self.aws.forever.get(kind, "")
            if fault:
                self.aws.performed[fault] += 1
        if self.aws.slowness_s:
            time.sleep(self.aws.slowness_s)
        if fault:
            self._misbehave(fault, is_list)
        elif is_list:
            self._products(said)
        else:
            self._spot(said)

    def _products(self, said: Mapping[str, Any]) -> None:
        filters = said["Filters"]
        if not self.aws.knows_any_of and any(one["Type"] == "ANY_OF" for one in filters):
            self._error("InvalidParameterException", 400, True)
            return
        assert sum(len(one["Value"]) for one in filters if one["Type"] == "ANY_OF") <= 1024
        found = [one for one in self.aws.items if isinstance(one, str) or _matches(one, said["ServiceCode"], filters)]
        first = int(said.get("NextToken") or 0)
        size = min(self.aws.page, said["MaxResults"])
        answer: dict[str, Any] = {"FormatVersion": "aws_v1", "NextToken": ""}
        answer["PriceList"] = [one if isinstance(one, str) else json.dumps(one) for one in found[first : first + size]]
        if first + size < len(found):
            answer["NextToken"] = str(first + size)
        self._send(json.dumps(answer).encode(), 200, "application/x-amz-json-1.1")

    def _spot(self, said: Mapping[str, str]) -> None:
        types = {value for key, value in said.items() if key.startswith("InstanceType.")}
        products = {value for key, value in said.items() if key.startswith("ProductDescription.")}
        found = [one for one in self.aws.spots if one.instance_type in types and one.product in products]
        first = int(said.get("NextToken") or 0)
        rows = "".join(
            f"<item><instanceType>{one.instance_type}</instanceType><productDescription>{one.product}"
            f"</productDescription><spotPrice>{one.price}</spotPrice><timestamp>{one.since}</timestamp>"
            f"<availabilityZone>{one.zone}</availabilityZone>"
            f"<availabilityZoneId>{one.zone_id}</availabilityZoneId></item>"
            for one in found[first : first + self.aws.page]
        )
        token = str(first + self.aws.page) if first + self.aws.page < len(found) else ""
        xml = (
            '<?xml version="1.0" encoding="UTF-8"?><DescribeSpotPriceHistoryResponse '
            'xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>1</requestId>'
            f"<spotPriceHistorySet>{rows}</spotPriceHistorySet><nextToken>{token}</nextToken>"
            "</DescribeSpotPriceHistoryResponse>"
        )
        self._send(xml.encode(), 200, "text/xml;charset=UTF-8")

    def _misbehave(self, fault: str, is_list: bool) -> None:
        if fault == "cut":
            self._send(b'{"PriceList": ["', 200, "application/x-amz-json-1.1", promised=5000)
            self.close_connection = True
        elif fault == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.close_connection = True
        elif fault == "hang":
            time.sleep(30)
        elif fault.startswith("skew:"):
            code = "RequestTimeTooSkewed" if is_list else "RequestExpired"
            self._error(code, 400, is_list, date=time.time() + float(fault.partition(":")[2]))
        else:
            code, _, status = fault.partition(":")
            self._error(code, int(status or 400), is_list)

    def _error(self, code: str, status: int, is_list: bool, date: float | None = None) -> None:
        words = "User: arn:aws:iam::123456789012:user/anna may not"
        if is_list:
            body = json.dumps({"__type": code, "message": words}).encode()
            self._send(body, status, "application/x-amz-json-1.1", date=date)
            return
        xml = (
            f"<Response><Errors><Error><Code>{code}</Code><Message>{words}</Message></Error></Errors>"
            "<RequestID>1</RequestID></Response>"
        )
        self._send(xml.encode(), status, "text/xml", date=date)

    def _send(
        self, body: bytes, status: int, content_type: str, promised: int | None = None, date: float | None = None
    ) -> None:
        self.send_response_only(status)
        self.send_header("Date", formatdate(date, usegmt=True))
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(promised or len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()


def _matches(one: Mapping[str, Any], service: str, filters: list[dict[str, str]]) -> bool:
    attributes = one["product"]["attributes"]
    if attributes["servicecode"] != service:
        return False
    for wish in filters:
        has, value = attributes.get(wish["Field"]), wish["Value"]
        if wish["Type"] == "CONTAINS":
            fits = has is not None and value in has
        elif wish["Type"] == "ANY_OF":
            fits = has in value.split(",")
        else:
            fits = has == value
        if not fits:
            return False
    return True


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is no news."""


@contextmanager
def aws_server() -> Iterator[Aws]:
    """Both services on one port of loopback."""
    aws = Aws()
    handler = type("Handler", (_Handler,), {"aws": aws})
    server = _Server(("127.0.0.1", 0), handler)
    aws.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield aws
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def on_demand_milli(n: int) -> int:
    """What the n-th type of the shop costs, in thousandths of a dollar: near the truth, twice as much a size up."""
    return (100 << (n % 4)) + n // 4


def shop(aws: Aws, region: str = "eu-west-1", types: int = 12) -> list[str]:
    """Stock the shelves with machines, spot, Fargate and Auto Mode of one region; returns the types."""
    names = [f"m{5 + n // 4}i.{('large', 'xlarge', '2xlarge', '4xlarge')[n % 4]}" for n in range(types)]
    aws.items += [machine(name, region, f"0.{on_demand_milli(n):03}") for n, name in enumerate(names)]
    aws.items += [
        of_eks(region, f"EU-EKS-Auto:{name}", f"{0.012 * (n + 1):.5f}", operation="EKSAutoUsage", instancetype=name)
        for n, name in enumerate(names)
    ]
    aws.items += [
        of_eks(region, "EU-Fargate-vCPU-Hours:perCPU", "0.04048"),
        of_eks(region, "EU-Fargate-GB-Hours", "0.004445"),
        of_eks(region, "EU-Fargate-EphemeralStorage-GB-Hours", "0.000111"),
        of_eks(region, "EU-Fargate-ARM-GB-Hours", "0.003"),
        of_eks(region, "EU-Fargate-Windows-GB-Hours", "0.009"),
        of_eks(region, "EU-Fargate-GB-Hours-SpotDiscount", "0.0001"),
    ]
    aws.spots += [
        Spot(name, f"{region}{letter}", f"euw1-az{index}", f"{0.03 * (n + 1) + 0.001 * index:.4f}")
        for n, name in enumerate(names)
        for index, letter in enumerate("abc", 1)
    ]
    return names
