"""Why a node is still here, in a Report."""

from __future__ import annotations

from nodeview.records import NodeBudget, NodeName
from nodeview.report.json_staying import staying_json
from nodeview.report.json_values import instant
from tests.builders import NOW
from tests.insights.build import Cluster
from tests.insights.stays import karpenters, pool, usable


def test_the_proof_holds_its_moment_as_rfc_3339_and_no_age() -> None:
    closed = pool(budgets=[NodeBudget("0", schedule="0 7 * * mon-fri", duration="3h")])
    frame = Cluster().listed(nodes=[karpenters()], pools=[closed], claims=[usable()]).frame()
    view = frame.view.nodes[NodeName("node-1")]
    assert staying_json(frame, view) == {
        "reason": "budget",
        "proof": "budget 0 of pool api: closed until 2027-01-15T10:00:00Z",
        "since": None,
    }
    open_ = Cluster().listed(nodes=[karpenters()], pools=[pool()], claims=[usable()]).frame(NOW)
    found = staying_json(open_, view)
    assert found is not None
    assert (found["reason"], found["proof"]) == ("nothing", "nothing keeps it: empty, next consolidation")
    assert found["since"] == instant(usable().conditions[-1].since)


def test_a_node_of_which_nothing_is_known_yet_has_none() -> None:
    frame = Cluster().listed(nodes=[karpenters()]).frame()
    assert staying_json(Cluster().frame(), frame.view.nodes[NodeName("node-1")]) is None
