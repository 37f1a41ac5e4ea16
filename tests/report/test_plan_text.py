"""A plan as a person reads it."""

from __future__ import annotations

from nodeview.report.plan_text import text_of_plan
from tests.actions.world import World
from tests.builders import a_node
from tests.report.plans import a_plan

BLOCKED = """\
Rotate some nodes · shop · nothing has been changed yet
      1  cordon              node-1         no new pods come to it
      2  cordon              node-2         no new pods come to it
      3  restart             shop/checkout  3 pods restart to move 2
      4  wait                               surge first: 1 more at a time, never below 3, up to 10 min
      5  wait until empty    node-1         1 pod leaves · 1 job pod ends by itself · 1 daemon pod stays · 1 balloon last · 2 pods in no way of leaving, up to 10 min
      6  evict               shop/room-0    a balloon: its node is empty but for it
      7  wait until removed  node-1         empty: whoever made it takes it away, up to 30 min
      8  wait until empty    node-2         1 pod leaves, up to 10 min
      9  wait until removed  node-2         empty: whoever made it takes it away, up to 30 min

  needs at its peak  3 vCPU, 3 GiB
  free elsewhere     3 vCPU, 15 GiB
  new nodes          no new node
  pods there         2 restart with their workload · 1 end by themselves · 1 balloons, evicted last · 1 daemons stay · 2 in no way of leaving

stands in the way
  R2  shop/shell   it has no controller: nothing would bring it back
  R4  shop/ledger  1 pod here: its StatefulSet replaces pods only once they are deleted (OnDelete)

mind
  R3  shop/sums  1 pod of Job shop/sums: waited for until it has ended
"""  # noqa: E501


def test_what_is_said_from_top_to_bottom() -> None:
    text = text_of_plan(a_plan())
    columns = text.split("\n")
    without_commands = [line.partition("  kubectl")[0].partition("  echo '")[0].rstrip() for line in columns[:10]]
    assert "\n".join(without_commands) == "\n".join(BLOCKED.split("\n")[:10])
    assert "\n".join(columns[10:]).startswith("\n".join(BLOCKED.split("\n")[10:]))
    assert text.endswith(
        "\nundo\n  kubectl uncordon node-1 node-2\n\n"
        "Blocked by 2 verdicts; each can be accepted by name: --accept R2:shop/shell\n"
    )


def test_many_nodes_that_are_cordoned_are_one_row() -> None:
    nodes = [a_node(f"node-{number}") for number in range(1, 8)]
    text = text_of_plan(World(*nodes).plan(*[one.name for one in nodes[:6]]))
    assert "\n    1–6  cordon" in text
    assert "6 nodes  no new pods come to it" in text
    assert "kubectl cordon node-1 node-2 node-3 node-4 node-5 node-6" in text
    assert "\n      7  wait until empty  node-1" in text


def test_each_step_has_its_command() -> None:
    text = text_of_plan(a_plan())
    assert "kubectl -n shop rollout restart deployment/checkout" in text
    assert "kubectl -n shop rollout status deployment/checkout --timeout=600s" in text
    assert "kubectl wait --for=delete node/node-1 --timeout=1800s" in text


def test_what_was_accepted_is_told_apart() -> None:
    text = text_of_plan(a_plan(accept=("R2:shop/shell", "R4:shop/ledger")))
    assert "stands in the way" not in text
    assert "accepted\n  R2  shop/shell" in text
    assert text.endswith("It can be run: --execute\n")


def test_the_same_said_of_many_is_said_once() -> None:
    world = World()
    for number in range(5):
        world.deployment(f"w{number}", strategy="Recreate")
    text = text_of_plan(world.plan())
    assert "R7  shop/w0, shop/w1, shop/w2 and 2 more  Recreate" in text


def test_nothing_to_do_and_foreign_text() -> None:
    text = text_of_plan(World(a_node("node-1", deleted=1, finalizers=("x",))).plan())
    assert "nothing to do" in text
    assert text.endswith("There is nothing to do.\n")
    nasty = World().owned("k", "Kafka\x1b[31m", group="x")
    assert "\x1b" not in text_of_plan(nasty.plan())
