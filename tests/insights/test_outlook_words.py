"""What was worked out, in words."""

from __future__ import annotations

from nodeview.insights import Maker, NearMiss, Outlook, outlook_phrases, refusal
from nodeview.insights.outlook import Held
from nodeview.insights.outlook_words import with_details
from nodeview.records import NodeName
from nodeview.scheduling import Reason
from nodeview.views import Cause, FitError
from tests.builders import NOW

NANO = 10**9
MIB = 2**20 * NANO
NOTHING = Outlook(NOW, 1, 3, 0, (), (), (), (), (), (), ())


def outlook(**said: object) -> Outlook:
    return Outlook(**({name: getattr(NOTHING, name) for name in Outlook.__struct_fields__} | said))


def test_the_most_hopeful_comes_first() -> None:
    said = outlook(
        coming=("nc-1",),
        fits=5,
        fits_on=(NodeName("a"), NodeName("b"), NodeName("c")),
        near=(NearMiss("api", {"memory": 300 * MIB}), NearMiss(None, {"cpu": NANO, "memory": 1024 * MIB})),
        nowhere=("nvidia.com/gpu",),
        makers=(
            Maker("api", ()),
            Maker("web", (), ("sizes",)),
            Maker("x", (Reason("deleted"),)),
            Maker("y", (Reason("deleted"),)),
        ),
        unjudged=("volumes",),
    )
    assert outlook_phrases(said) == (
        "nc-1 is on its way and has room for it",
        "but for what we do not judge it would fit a, b, c and 2 more",
        "no node offers nvidia.com/gpu",
        "would fit api nodes with 300 MiB less",
        "would fit a node of no pool with 1 vCPU and 1 GiB less",
        "NodePool api could make a node for it",
        "NodePool web could make a node for it, as far as we know of its machines",
        "not by NodePool x, y: it is being deleted",
        "not judged by us: volumes",
    )


def test_a_fit_is_one_as_things_stand_only_where_all_was_judged() -> None:
    said = outlook(fits=1, fits_on=(NodeName("a"),))
    assert outlook_phrases(said) == ("as things stand it would fit a",)


def test_where_its_volumes_lie() -> None:
    held = (Held("data-0", "in 1a", 2), Held("data-1", "in 1b", 1), Held("data-2", "in 1c", 0))
    local = (Held("disk", "on node-7", 1), Held("lost", "on node-8", 0))
    assert outlook_phrases(outlook(held=(*held, *local))) == (
        "its volume data-0 lies in 1a: 2 of 3 nodes are there",
        "its volume data-1 lies in 1b: 1 of 3 nodes is there",
        "its volume data-2 lies in 1c: no node is there",
        "its volume disk lies on node-7",
        "its volume lost lies on node-8, and no such node is there",
    )


def test_to_ask_for_far_less_is_said_of_the_nearest_only() -> None:
    near = [NearMiss(name, {"cpu": 300 * NANO}, share) for name, share in (("a", 0.9), ("b", 0.95), ("c", 1.2))]
    assert outlook_phrases(outlook(near=tuple(near))) == ("would fit a nodes with 300 vCPU less",)


def test_balloons_that_it_may_not_push_aside_and_taints_that_it_does_not_tolerate() -> None:
    said = outlook(yielding=(NodeName("a"), NodeName("b")), but_for_taints=(("gpu=yes", (NodeName("c"),)),))
    assert outlook_phrases(said) == (
        "balloons on a or b would make room, but it pushes nothing aside (preemptionPolicy Never)",
        "but for the taint gpu=yes it would fit c",
    )


def test_refusals() -> None:
    assert refusal(Reason("taint", "a=b:NoSchedule")) == "its nodes have the taint a=b"
    assert refusal(Reason("limit", "cpu", NANO, 2 * NANO)) == "2 vCPU left of its limit"
    assert refusal(Reason("limit", "cpu", NANO, 0)) == "no cpu left of its limit"
    assert refusal(Reason("size", "nvidia.com/gpu", NANO, 0)) == "no machine of it has nvidia.com/gpu"
    assert refusal(Reason("volume", "data-0: in 1a")) == "its volume data-0 lies in 1a"
    assert refusal(Reason("node-affinity", "zone in a")) == "the pod asks for zone in a"


def test_details_are_taken_only_where_the_counts_agree() -> None:
    fit = FitError(3, (Cause(2, "taint"), Cause(1, "resource", "cpu")))
    ours = (Cause(1, "taint", "a"), Cause(1, "taint", "b=c"))
    assert with_details(fit, outlook(causes=ours)).causes == (*ours, fit.causes[1])
    assert with_details(fit, outlook(causes=ours[:1])) == fit
    assert with_details(fit, outlook(causes=ours, nodes=4)) == fit
    assert with_details(fit, None) == fit
