"""Values that are left for a label by what was required of it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from nodeview.records import Requirement
from nodeview.scheduling.allowance import Allowance, allowances, is_well_known, refused
from nodeview.scheduling.requirements import meets

ZONE, CPU = "topology.kubernetes.io/zone", "karpenter.k8s.aws/instance-cpu"


def one(operator: str, *values: str, key: str = "k") -> Requirement:
    return Requirement(key, operator, values)


def test_listed_values_are_those_that_all_allow() -> None:
    said = Allowance((one("In", "a", "b", "c"), one("NotIn", "b"), one("In", "c", "a")))
    assert said.listed() == ("a", "c")
    assert not said.nothing
    assert said.with_((one("NotIn", "a", "c"),)).nothing
    assert Allowance((one("NotIn", "a"),)).listed() is None


def test_the_greatest_number() -> None:
    assert Allowance((one("Lt", "9"), one("Lte", "16"))).most() == 8
    assert Allowance((one("In", "4", "16", "metal"), one("Lt", "9"))).most() == 4
    assert Allowance((one("Gt", "9"),)).most() is None
    assert Allowance((one("Lt", "nine"),)).most() is None


def test_a_label_may_be_absent_where_nobody_asks_for_it() -> None:
    assert Allowance().absent
    assert Allowance((one("NotIn", "a"),)).absent
    assert not Allowance((one("Exists"),)).absent
    assert not Allowance((one("DoesNotExist"),)).nothing
    assert Allowance((one("DoesNotExist"), one("Exists"))).nothing


WORDS = ("a", "b", "1", "2", "3", "4", "5")
requirement = st.one_of(
    st.builds(
        lambda op, vs: one(op, *vs), st.sampled_from(("In", "NotIn")), st.sets(st.sampled_from(WORDS), min_size=1)
    ),
    st.builds(one, st.sampled_from(("Exists", "DoesNotExist"))),
    st.builds(one, st.sampled_from(("Gt", "Lt", "Gte", "Lte")), st.sampled_from(("0", "1", "3", "5"))),
)


@given(st.lists(requirement, max_size=4))
def test_nothing_is_left_exactly_where_no_value_meets_all(requirements: list[Requirement]) -> None:
    candidates = [{}, *({"k": value} for value in (*WORDS, "other", *map(str, range(-3, 9))))]
    some = any(all(meets(labels, each) for each in requirements) for labels in candidates)
    assert Allowance(tuple(requirements)).nothing is not some


def test_what_a_pool_refuses_is_said_in_words() -> None:
    pool = allowances((one("In", "a", "b", key=ZONE), one("Lt", "9", key=CPU), one("In", "ml", key="team")))
    assert refused(pool, ()) is None
    assert refused(pool, (one("In", "b", "c", key=ZONE),)) is None
    assert refused(pool, (one("In", "c", key=ZONE),)) == f"{ZONE} in c"
    assert refused(pool, (one("Gt", "4", key=CPU),)) is None
    assert refused(pool, (one("Gt", "8", key=CPU),)) == f"{CPU} > 8"
    assert refused(pool, (one("NotIn", "ml", key="team"),)) == "team not in ml"


def test_what_a_pool_does_not_name_only_clouds_may_give() -> None:
    assert refused({}, (one("In", "a", key=ZONE),)) is None
    assert refused({}, (one("In", "x", key="team"),)) == "team in x"
    assert refused({}, (one("Exists", key="team"),)) == "team exists"
    assert refused({}, (one("NotIn", "x", key="team"), one("DoesNotExist", key="gpu"))) is None
    assert is_well_known(CPU)
    assert not is_well_known("kubernetes.io/hostname")
