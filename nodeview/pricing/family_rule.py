"""The family rule: within a family prices grow as sizes do, and between regions by a factor.

Unit prices are of us-east-1 on 2026-07-20, regional factors of March 2025. Of 1,107 types without accelerators the rule
tells 1,106 within 1 % in us-east-1, and 490 of 498 within 2 % in us-gov-west-1; accelerators do not follow it.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache

from nodeview.pricing.money import share_of
from nodeview.records import NANO

AS_OF = "2026-07-20"
REGIONS_AS_OF = "2025-03-02"

_UNITS = """
c5 .085 c5a .077 c5ad .086 c5d .096 c5n .108 c6a .0765 c6g .068 c6gd .0768 c6gn .0864 c6i .085 c6id .1008 c6in .1134
c7a .10264 c7g .0725 c7gd .09072 c7gn .1248 c7i .08925 c7i-flex .084788 c8a .10777 c8g .07976 c8gb .1185 c8gd .09798
c8gn .1185 c8i .09371 c8i-flex .08902 c8ib .13608 c8id .11088 c8in .13608 c8ine .1701 c9g .08694 c9gd .1068 d3
.249735 d3en .26286 i3 .156 i3en .226 i4g .15444 i4i .1716 i7i .18876 i7ie .2599 i8g .1716 i8ge .2373 im4gn .181896
is4gen .28815 m4 .1 m5 .096 m5a .086 m5ad .103 m5d .113 m5dn .136 m5n .119 m5zn .165169 m6a .0864 m6g .077 m6gd
.0904 m6i .096 m6id .11865 m6idn .15912 m6in .13923 m7a .11592 m7g .0816 m7gd .106787 m7i .1008 m7i-flex .09576 m8a
.12172 m8azn .20646 m8g .08976 m8gb .1455 m8gd .11532 m8gn .1455 m8i .10584 m8i-flex .10055 m8ib .16708 m8id .13052
m8idb .19094 m8idn .19094 m8in .16708 m8ine .20885 m9g .09784 m9gd .1257 r5 .126 r5a .113 r5ad .131 r5b .149 r5d
.144 r5dn .167 r5n .149 r6a .1134 r6g .1008 r6gd .1152 r6i .126 r6id .1512 r6idn .19539 r6in .17433 r7a .15215 r7g
.1071 r7gd .13608 r7i .1323 r7iz .186 r8a .15976 r8g .11782 r8gb .18218 r8gd .14696 r8gn .182181 r8i .13892 r8i-flex
.13197 r8ib .2092 r8id .16632 r8idb .23447 r8idn .23447 r8in .2092 t2 .0928 t3 .0832 t3a .0752 t4g .0672 x1 .208406
x1e .417 x2gd .167 x2idn .208406 x2iedn .416812 x2iezn .417 x8g .1954 x8i .21883 z1d .186
"""
"""Family and the price of its `.large`, or of what would be one, in us-east-1, USD."""

_FACTORS = """
us-east-2,us-west-2 1.000 1.000 1.000 1.000
us-west-1 1.247 1.167 1.113 1.190
ca-central-1,ca-west-1 1.094 1.115 1.095 1.110
mx-central-1 1.050 1.050 1.050 1.050
sa-east-1 1.541 1.593 1.591 1.609
eu-west-1 1.129 1.115 1.119 1.096
eu-west-2 1.188 1.157 1.175 1.129
eu-west-3 1.188 1.167 1.174 1.129
eu-central-1 1.141 1.198 1.206 1.149
eu-central-2 1.255 1.318 1.325 1.263
eu-north-1 1.071 1.062 1.063 1.031
eu-south-1 1.188 1.167 1.175 1.146
eu-south-2 1.129 1.115 1.119 1.096
il-central-1 1.186 1.171 1.175 1.150
me-central-1,me-south-1 1.241 1.226 1.230 1.205
af-south-1 1.342 1.323 1.333 1.297
ap-northeast-1,ap-northeast-3 1.259 1.292 1.207 1.302
ap-northeast-2 1.130 1.229 1.204 1.245
ap-southeast-1,ap-southeast-3 1.153 1.250 1.206 1.264
ap-southeast-2,ap-southeast-4 1.306 1.252 1.200 1.264
ap-southeast-5,ap-southeast-7 .980 1.062 1.026 1.139
ap-east-1 1.271 1.375 1.325 1.392
us-gov-west-1,us-gov-east-1 1.200 1.260 1.201 1.168
us-west-2-lax-1 1.200 1.201 1.200 1.200
"""
"""Regions, and the factors against us-east-1 of the classes c, m, r and t. ap-south-* does not follow one."""

_LATER_C_IN_EU_WEST_1 = 1_073
"""From the sixth generation on."""

_SIXTEENTHS = {"nano": 1, "micro": 2, "small": 4, "medium": 8, "large": 16, "xlarge": 32}
_METAL = {
    12: "m5zn x2iezn z1d",
    16: "c6g c6gd c7g c7gd c7gn i3 m6g m6gd m7g m7gd r6g r6gd r7g r7gd x2gd",
    18: "c5n",
    24: "c5 c5d i3en m5 m5d m5dn m5n r5 r5b r5d r5dn r5n",
    32: "c6i c6id c6in i4i m6i m6id m6idn m6in r6i r6id r6idn r6in x2idn x2iedn",
}
"""How many xlarge a plain `metal` amounts to."""

_XLARGES = re.compile(r"(?:metal-)?([1-9][0-9]{0,2})xl(?:arge)?")
_FAMILY = re.compile(r"([a-z]+)([0-9]+)([a-z-]*)")
_CLASSES = "cmrt"
_OFF_THE_LINE = frozenset(("x8i.96xlarge",))
_LICENSED_PER_VCPU = frozenset("cmr")
_VCPU_OF_T3 = {"nano": 2, "micro": 2, "small": 2, "medium": 2, "large": 2, "xlarge": 4, "2xlarge": 8}


def family_price(instance_type: str, region: str) -> int | None:
    """About what a type costs on demand with Linux, nano-dollars an hour; None where the rule does not hold."""
    family, _, size = instance_type.partition(".")
    unit = _units().get(family)
    sixteenths = _size_of(family, size)
    if unit is None or sixteenths is None or instance_type in _OFF_THE_LINE:
        return None
    factor = _factor(family, region)
    return None if factor is None else share_of(unit * sixteenths, factor, 16_000)


def is_of_known_family(instance_type: str) -> bool:
    """Whether the rule has a unit price for this type's family."""
    return instance_type.partition(".")[0] in _units()


def has_factors(region: str) -> bool:
    """Whether the rule speaks of this region."""
    return region in _factors()


def windows_vcpus(instance_type: str) -> tuple[str, int] | None:
    """By which rate Windows is licensed (`windows-vcpu`, `windows-t3-vcpu`), and for how many vCPUs.

    None where neither is known to hold: other classes, and Graviton, on which it does not run.
    """
    family, _, size = instance_type.partition(".")
    if family == "t3":
        return None if size not in _VCPU_OF_T3 else ("windows-t3-vcpu", _VCPU_OF_T3[size])
    found = _FAMILY.fullmatch(family)
    sixteenths = _size_of(family, size)
    if found is None or found[1] not in _LICENSED_PER_VCPU or "g" in found[3] or family not in _units():
        return None
    return None if sixteenths is None or sixteenths < 8 else ("windows-vcpu", sixteenths // 8)


def _size_of(family: str, size: str) -> int | None:
    """A size in sixteenths of a `large`."""
    if size == "metal":
        return next((32 * number for number, families in _METAL.items() if family in families.split()), None)
    found = _XLARGES.fullmatch(size)
    return 32 * int(found[1]) if found is not None else _SIXTEENTHS.get(size)


def _factor(family: str, region: str) -> int | None:
    """In thousandths."""
    if region == "us-east-1":
        return 1_000
    factors = _factors().get(region)
    found = _FAMILY.fullmatch(family)
    if factors is None or found is None:
        return None
    if found[1] not in _CLASSES:
        # Of storage and large-memory families no factor is known; where all classes have the same, so have they.
        return factors[0] if len(set(factors)) == 1 else None
    if region == "eu-west-1" and found[1] == "c" and int(found[2]) >= 6:
        return _LATER_C_IN_EU_WEST_1
    return factors[_CLASSES.index(found[1])]


@cache
def _units() -> dict[str, int]:
    words = _UNITS.split()
    return {family: int(Decimal(unit) * NANO) for family, unit in zip(words[::2], words[1::2], strict=True)}


@cache
def _factors() -> dict[str, tuple[int, ...]]:
    rows = [line.split() for line in _FACTORS.split("\n") if line]
    return {
        region: tuple(int(Decimal(one) * 1_000) for one in factors)
        for regions, *factors in rows
        for region in regions.split(",")
    }
