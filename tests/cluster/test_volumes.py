"""Claims, volumes and attachments."""

from __future__ import annotations

from nodeview.cluster.volumes import VolumeRows
from nodeview.records import NodeName, ObjectKey, Volume, VolumeAttachment, VolumeClaim
from tests.builders import a_node

A, B = NodeName("a"), NodeName("b")
CLAIM = VolumeClaim("data", "db-0", "uid-c", volume="pv-1")
VOLUME = Volume("pv-1", "uid-v", claim=CLAIM.key)


def attachment(name: str, node: NodeName, *, attached: bool = False) -> VolumeAttachment:
    return VolumeAttachment(name, f"uid-{name}", node, f"pv-{name}", attached)


def test_a_claim_leads_to_its_volume_whichever_came_first() -> None:
    rows = VolumeRows()
    assert rows.moved(None, CLAIM)
    assert rows.told().of(CLAIM.key) is None, "its volume is not known yet"
    rows.moved(None, VOLUME)
    assert rows.told().of(CLAIM.key) is VOLUME
    rows.moved(None, VolumeClaim("data", "db-1", "uid-d"))
    assert rows.told().of(ObjectKey("data", "db-1")) is None, "not bound"
    assert rows.told().of(ObjectKey("data", "db-9")) is None
    rows.moved(VOLUME, None)
    assert rows.told().of(CLAIM.key) is None


def test_attachments_are_kept_by_node_and_follow_a_namesake() -> None:
    rows = VolumeRows()
    one, two, moved = attachment("1", A), attachment("2", A), attachment("1", B)
    done = attachment("2", A, attached=True)
    rows.moved(None, one)
    rows.moved(None, two)
    assert rows.told().attached == {A: (one, two)}
    rows.moved(two, done)
    rows.moved(one, moved)
    assert rows.told().attached == {A: (done,), B: (moved,)}
    rows.moved(done, None)
    rows.moved(moved, None)
    assert rows.told().attached == {}


def test_it_is_another_value_only_when_something_differs() -> None:
    rows = VolumeRows()
    rows.moved(None, CLAIM)
    told = rows.told()
    assert not rows.moved(None, a_node())
    assert rows.told() is told
    rows.moved(CLAIM, None)
    assert rows.told() is not told
