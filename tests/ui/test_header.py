"""What the top of the screen says of money, counts, and what is not in the picture; freshness fits at any width."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from nodeview.cluster import Stream
from nodeview.frame import Credential, Frame, PriceStatus
from nodeview.ui.desk import Desk
from nodeview.ui.options import UiOptions
from nodeview.ui.tones import Ink
from nodeview.ui.widgets.header import Header, claims_of, nodes_of, notes_of, pods_of
from nodeview.views import Claims, Tone, tally
from tests.builders import NOW
from tests.ui.frames import Clock, a_frame, a_node_view, cordoned, not_ready, synced


def words(said: list[tuple[str, Tone]]) -> str:
    return "".join(text for text, _ in said)


def test_what_may_not_be_read_is_said() -> None:
    frame = a_frame(1, streams=(synced()[0], Stream("pods", "forbidden", NOW)))
    assert words(notes_of(frame, NOW)) == "pods: forbidden"


def test_what_the_picture_does_without_is_counted_and_no_alarm() -> None:
    aside = [Stream(name, "forbidden", None) for name in ("persistentvolumes", "volumeattachments.storage.k8s.io")]
    frame = a_frame(1, streams=(*synced(), *aside))
    assert notes_of(frame, NOW) == [("2 resources may not be read", Tone.MUTED)]
    assert notes_of(a_frame(1, streams=(*synced(), aside[0])), NOW) == [("1 resource may not be read", Tone.MUTED)]


def test_nodes_are_counted_by_phase_the_usual_first() -> None:
    totals = tally([a_node_view(1), a_node_view(2), not_ready(3), cordoned(4)], ("cpu",))
    assert words(nodes_of(totals)) == "4 nodes  2 ready · 1 cordoned · 1 NotReady"
    assert words(nodes_of(totals, detail=1)) == "4 nodes  1 cordoned · 1 NotReady"


def test_what_is_as_usual_goes_first_on_a_narrow_line() -> None:
    totals = tally([a_node_view(1, pods=3)], ("cpu",)).with_pending(2)
    assert words(pods_of(totals, detail=0)) == "5 pods  2 pending"


def test_pods_are_counted_by_state_and_zeros_are_left_out() -> None:
    totals = tally([a_node_view(1, pods=3)], ("cpu",)).with_pending(2)
    assert words(pods_of(totals)) == "5 pods  3 running · 2 pending"


LONG = "https://ABCDEF0123456789.gr7.eu-west-1.eks.amazonaws.com cannot be reached: no connection within 10 s."


def top_line(frame: Frame, width: int) -> str:
    desk = Desk(UiOptions(), Clock(), Ink(), frame)
    return "".join(text for text, _ in Header(desk).layout_lines(width, 4)[0])


@pytest.mark.parametrize("width", [60, 80, 120, 200])
@pytest.mark.parametrize("cluster", ["prod", "a-cluster-with-a-name-as-long-as-some-people-like-to-have-them"])
def test_how_old_the_picture_is_fits_at_any_width_whatever_the_reason(width: int, cluster: str) -> None:
    broken = Stream("pods", "lagging", NOW - 12, since=NOW - 12, reason=LONG, synced_once=True)
    frame = a_frame(3, streams=(synced()[0], broken))
    frame = replace(frame, identity=replace(frame.identity, cluster=cluster, insecure=True))
    line = top_line(frame, width)
    assert "▲ pods 12 s old: https://A" in line
    assert len(line) <= width
    assert ("v1.34.2" in line) is ((width >= 120 and cluster == "prod") or width == 200)


def test_a_warning_about_the_certificate_outlives_the_region() -> None:
    broken = Stream("pods", "lagging", NOW - 12, since=NOW - 12, reason=LONG, synced_once=True)
    frame = a_frame(3, streams=(synced()[0], broken))
    line = top_line(replace(frame, identity=replace(frame.identity, cluster="prod", insecure=True)), 80)
    assert line.startswith(" prod · certificate not verified ")


def test_credentials_that_could_not_be_renewed_are_noted_and_for_how_long_the_old_hold() -> None:
    frame = a_frame(1)
    failed = Credential("exec plugin aws", NOW + 180, NOW - 40, "The SSO session has expired.")
    said = notes_of(replace(frame, identity=replace(frame.identity, credential=failed)), NOW)
    assert said == [("credentials: renewal failed 40s ago, the old one is valid for 3m 0s", Tone.CAUTION)]
    well = Credential("exec plugin aws", NOW + 180)
    assert notes_of(replace(frame, identity=replace(frame.identity, credential=well)), NOW) == []


PRICED = a_node_view(1), a_node_view(2), a_node_view(4)
"""Two that say their price, of each capacity type one, and one without."""


@pytest.mark.parametrize(
    ("width", "money"), [(80, "≥ $0.26/h  $191.26/mo"), (120, "≥ $0.26/h  $191.26/mo  1 unpriced")]
)
def test_money_is_in_the_top_line_and_never_without_the_mark_of_a_lower_bound(width: int, money: str) -> None:
    line = top_line(a_frame(PRICED), width)
    assert line.endswith(f"{money} ")
    assert len(line) == width


def test_on_a_wide_screen_there_is_the_day_and_what_each_capacity_type_costs() -> None:
    desk = Desk(UiOptions(), Clock(), Ink(), a_frame(PRICED))
    top, counts = ("".join(text for text, _ in line) for line in Header(desk).layout_lines(200, 2))
    assert top.endswith("≥ $0.26/h  $6.29/d  $191.26/mo  1 unpriced ")
    assert counts.endswith("spot 2 ≥ $0.13/h · od 1 $0.13/h ")


@pytest.mark.parametrize("width", [60, 80, 120, 200])
def test_without_prices_there_is_no_trace_of_them(width: int) -> None:
    desk = Desk(UiOptions(priced=False), Clock(), Ink(), a_frame(PRICED))
    said = "".join(text for line in Header(desk).layout_lines(width, 9) for text, _ in line)
    assert "$" not in said
    assert "unpriced" not in said


EXPIRED = "prices: AWS session expired - run: aws sso login --profile corp"


def test_what_is_wrong_with_prices_is_one_note_and_a_mistake_in_the_file_comes_before() -> None:
    frame = replace(a_frame(1), prices=PriceStatus(sentence=EXPIRED))
    assert notes_of(frame, NOW) == [(EXPIRED, Tone.PLAIN)]
    mistaken = PriceStatus(sentence=EXPIRED, mistake="prices.toml line 3: adjust: it is no percentage.")
    said = notes_of(replace(frame, prices=mistaken), NOW)
    assert said == [("prices.toml line 3: adjust: it is no percentage.", Tone.CAUTION)]


def test_notes_that_are_too_long_end_with_a_sign() -> None:
    frame = replace(a_frame(1), prices=PriceStatus(sentence=EXPIRED))
    line = "".join(text for text, _ in Header(Desk(UiOptions(), Clock(), Ink(), frame)).layout_lines(60, 5)[-1])
    assert line == f" {EXPIRED[:58]}…"


def test_claims_are_told_apart_from_nodes() -> None:
    assert words(claims_of(0)) == ""
    assert words(claims_of(1)) == " +1 claim"
    assert words(claims_of(1200)) == " +1,200 claims"


def test_what_is_missed_without_claims_is_said_once() -> None:
    frame = a_frame(1)
    missing = "NodeClaims are not served: drift, exact expiry and nodes on their way are not known"
    frame = replace(frame, view=replace(frame.view, claims=Claims(missing=missing)))
    assert words(notes_of(frame, NOW)) == missing
