"""Everything a person can do, in one table: keys, footer, help and palette come from it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import msgspec
from textual.binding import Binding, BindingType

if TYPE_CHECKING:
    from textual.command import Provider

Place = Literal[
    "app",
    "dashboard",
    "node",
    "pending",
    "feed",
    "health",
    "headroom",
    "costs",
    "pools",
    "audit",
    "attention",
    "trends",
    "order",
    "table",
    "page",
    "review",
    "rotation",
    "choice",
    "help",
]
"""Screens, and what several of them have in common."""


class Command(msgspec.Struct, frozen=True):
    """One thing to do. `brief` is its word in the footer, where it is shown if it is not empty."""

    id: str
    place: Place
    keys: str
    """Textual's names, several with commas."""
    action: str
    title: str
    tooltip: str
    brief: str = ""
    priority: bool = False
    of_prices: bool = False
    """Not there where prices are disabled."""
    writes: bool = False
    """Leads to something that changes the cluster: not there where nothing may be written."""


COMMANDS: tuple[Command, ...] = (
    Command("filter", "dashboard", "/", "filter", "Filter",
            "Show only some nodes: words, pool=api, cpu>80, phase=draining, ns=shop.", "filter",
            priority=True),  # so that what is typed or pasted right behind it finds the line open
    Command("unfilter", "dashboard", "escape", "unfilter", "Clear the filter", "Show all nodes again."),
    Command("sort", "dashboard", "s", "sort", "Sort by …",
            "Choose the column that orders the nodes.", "sort"),
    Command("sort.reverse", "order", "S", "reverse", "Reverse the order",
            "Greatest first, or smallest first."),
    Command("sort.previous", "order", "<", "shift_sort(-1)", "Sort by the column before",
            "Order by the column to the left."),
    Command("sort.next", "order", ">", "shift_sort(1)", "Sort by the column after",
            "Order by the column to the right."),
    Command("group", "dashboard", "g", "group", "Group by …",
            "Gather nodes by pool, zone, type, version, capacity or a label, with sums.", "group"),
    Command("open", "dashboard", "enter", "open_node", "Open the node",
            "What is on the node under the cursor, and why it is as it is.", "why"),
    Command("alarm", "dashboard", "!", "next_alarm", "Next alarm",
            "Move to the next node that is NotReady, in sight or not."),
    Command("pending", "dashboard", "p", "pending", "Pending pods",
            "Pods that wait, and the scheduler's words on each.", "pending"),
    Command("feed", "dashboard", "f", "feed", "Feed",
            "What happened since nodeview began to watch: preemptions, evictions, scale-ups, nodes.", "feed"),
    Command("headroom", "dashboard", "b", "headroom", "Headroom",
            "What is free and what balloons hold, per zone and pool, and for how many pods that is room."),
    Command("health", "dashboard", "h", "health", "Health of the streams",
            "How fresh each resource is, what broke and why; the connection and its credentials.", "live"),
    Command("costs", "dashboard", "c", "costs", "Costs",
            "What the cluster costs, what of that is work, and whose.", "costs", of_prices=True),
    Command("pools", "dashboard", "o", "pools", "Pools",
            "Pools and node groups: nodes, room, limits, money, budgets, policy, and kubelets by version.", "pools"),
    Command("attention", "dashboard", "i", "attention", "What deserves attention",
            "Nodes that are taken away, and findings: churn, full zones, budgets that never give, spot unused."),
    Command("trends", "dashboard", "t", "trends", "Trends",
            "The last hours of nodes, room, pending pods and money: under the header, then on a screen, then gone.",
            "trends"),
    Command("audit", "dashboard", "a", "audit", "Audit of requests",
            "Containers without requests, and requests that are a hair too large for their machines."),
    Command("mark", "dashboard", "space", "mark", "Mark the node",
            "Mark the node under the cursor, or the nodes of its group, to do something with all that are marked.",
            writes=True),
    Command("unmark", "dashboard", "u", "unmark", "Unmark all", "No node is marked any more.", writes=True),
    Command("act", "dashboard", "r", "act", "Rotate, cordon, protect …",
            "What to do with the marked nodes, or those under the cursor. A plan is shown first.", "rotate",
            writes=True),
    Command("runs", "dashboard", "w", "runs", "What is being carried out",
            "The progress of a rotation, or what came of it.", writes=True),
    Command("node.act", "node", "r", "act", "Rotate, cordon, protect …",
            "What to do with this node. A plan is shown first.", "rotate", writes=True),
    Command("node.restart", "node", "R", "restart", "Restart the workload",
            "Of the pod under the cursor, in its own way. A plan is shown first.", "restart", writes=True),
    Command("node.turn", "node", "tab", "turn", "Pods or facts",
            "Move between the pods and what is said of the node.", "pods or facts"),
    Command("node.feed", "node", "f", "feed", "Its feed", "What happened on this node, as the feed tells it.", "feed"),
    Command("node.back", "node", "escape,backspace", "back", "Back", "Return to the nodes.", "back"),
    Command("pending.open", "pending", "enter,space", "open", "Open the group",
            "Show the pods of the group under the cursor, or hide them.", "open"),
    Command("pending.filter", "pending", "/", "filter", "Filter",
            "Show only some groups: words, ns=shop, owner=worker, kind=gated.", "filter", priority=True),
    Command("pending.back", "pending", "escape,backspace,p", "back", "Back",
            "Clear the filter, or return to the nodes.", "back"),
    Command("feed.kind", "feed", "t", "kind", "By kind …", "Show only preemptions, only evictions, …", "kind"),
    Command("feed.namespace", "feed", "n", "namespace", "By namespace …",
            "Show only what is about one namespace.", "namespace"),
    Command("feed.node", "feed", "o", "of_node", "Of the selected node",
            "Only what happened on the node that was under the cursor; or everywhere again.", "this node"),
    Command("feed.back", "feed", "escape", "unfilter", "Show all, or back",
            "Clear the filter; without one, return to the nodes.", "back"),
    Command("feed.nodes", "feed", "backspace,f", "back", "Back", "Return to the nodes."),
    Command("health.back", "health", "escape,backspace,h", "back", "Back", "Return to the nodes.", "back"),
    Command("headroom.back", "headroom", "escape,backspace,b", "back", "Back", "Return to the nodes.", "back"),
    Command("costs.turn", "costs", "tab", "turn", "By namespace or owner",
            "Move between costs by namespace and by workload.", "namespace or owner"),
    Command("costs.nodes", "costs", "enter", "nodes_of", "Its nodes",
            "Return to the nodes, to those with pods of the namespace under the cursor only.", "its nodes"),
    Command("costs.refresh", "costs", "R", "refresh_prices", "Ask for prices anew",
            "Ask AWS for all prices, however fresh they are.", "prices anew"),
    Command("costs.back", "costs", "escape,backspace,c", "back", "Back", "Return to the nodes.", "back"),
    Command("pools.nodes", "pools", "enter", "filter_nodes", "Its nodes",
            "Return to the nodes, to those of the pool under the cursor only.", "its nodes"),
    Command("pools.versions", "pools", "v", "versions", "Versions or facts",
            "Kubelet versions of all pools, for upgrades; or the facts of one pool.", "versions"),
    Command("pools.act", "pools", "r", "act", "Rotate, cordon …",
            "What to do with the nodes of the pool under the cursor. A plan is shown first.", "rotate", writes=True),
    Command("pools.turn", "pools", "tab", "turn", "Pools or facts",
            "Move between the pools and what is said of one.", "pools or facts"),
    Command("pools.back", "pools", "escape,backspace,o", "back", "Back", "Return to the nodes.", "back"),
    Command("attention.back", "attention", "escape,backspace,i", "back", "Back", "Return to the nodes.", "back"),
    Command("trends.back", "trends", "escape,backspace", "back", "Back",
            "Return to the nodes, with small charts above them.", "back"),
    Command("trends.close", "trends", "t", "close", "No trends", "Return to the nodes, without charts.", "no trends"),
    Command("audit.back", "audit", "escape,backspace,a", "back", "Back", "Return to the nodes.", "back"),
    Command("review.cancel", "review", "enter,escape,space", "cancel", "Cancel",
            "Leave the plan; nothing has been changed.", "cancel"),
    Command("review.turn", "review", "tab,shift+tab", "turn", "Cancel or the name",
            "Move between Cancel and the name of the cluster, which has to be typed to run the plan.", "type the name",
            priority=True),
    Command("review.unfold", "review", "e", "unfold", "Each one",
            "Show each pod, or each step, of the line under the cursor; or hide them.", "each one"),
    Command("review.next", "review", "!", "next_blocker", "Next blocker",
            "Move to the next of what stands in the way.", "blocker"),
    Command("review.accept", "review", "a", "accept", "Accept the blocker",
            "Override the blocker under the cursor, by its name; or take that back.", "accept"),
    Command("review.options", "review", "o", "options", "How …",
            "Until when, in batches, evict the rest, …: the plan is made anew.", "how"),
    Command("rotation.answer", "rotation", "a", "answer", "Answer …",
            "Wait, skip or stop, where a step asks.", "answer"),
    Command("rotation.pause", "rotation", "p", "pause", "Pause, or go on",
            "Begin no further step; what was begun is finished.", "pause"),
    Command("rotation.skip", "rotation", "s", "skip", "Leave out …",
            "Leave out the step under the cursor, or leave off waiting in it; asks first.", "leave out"),
    Command("rotation.stop", "rotation", "x", "stop", "Stop …",
            "Begin nothing more; asks first. It can be resumed.", "stop"),
    Command("rotation.unfold", "rotation", "e", "unfold", "Each pod", "Show each pod that moved, or hide them.",
            "each pod"),
    Command("rotation.next", "rotation", "n", "other", "The next one", "The progress of another that was begun."),
    Command("rotation.back", "rotation", "escape,backspace,w", "back", "Back",
            "Return; what runs goes on, and the header says so.", "back"),
    Command("row.up", "table", "up,k", "move(-1)", "Up", "The row above."),
    Command("row.down", "table", "down,j", "move(1)", "Down", "The row below."),
    Command("page.up", "table", "pageup,ctrl+b", "page(-1)", "Page up", "A screen up."),
    Command("page.down", "table", "pagedown,ctrl+f", "page(1)", "Page down", "A screen down."),
    Command("row.first", "table", "home", "edge(0)", "First row", "The top of the table."),
    Command("row.last", "table", "end,G", "edge(1)", "Last row", "The bottom of the table."),
    Command("line.up", "page", "up,k", "scroll(-1)", "Up", "A line up."),
    Command("line.down", "page", "down,j", "scroll(1)", "Down", "A line down."),
    Command("lines.up", "page", "pageup,ctrl+b", "turn_page(-1)", "Page up", "A screen up."),
    Command("lines.down", "page", "pagedown,ctrl+f,space", "turn_page(1)", "Page down", "A screen down."),
    Command("line.first", "page", "home", "scroll(-1000000)", "Top", "The first line."),
    Command("line.last", "page", "end,G", "scroll(1000000)", "Bottom", "The last line."),
    Command("choice.take", "choice", "enter,space", "choose", "Take it",
            "Take what is under the cursor.", "take it"),
    Command("choice.back", "choice", "escape,s,g", "back", "Back", "Leave it as it is.", "back"),
    Command("choice.quit", "choice", "q", "app.leave", "Quit", "Leave at once; nothing is changed."),
    Command("help.back", "help", "escape,?,backspace", "back", "Back", "Close the help.", "back"),
    Command("help", "app", "?,f1", "help", "Help", "What the keys do and what the signs mean.", "help"),
    Command("theme", "app", "f2", "theme", "Light or dark", "Change between the light and the dark theme."),
    Command("quit", "app", "q", "leave", "Quit", "Leave at once; nothing is changed.", "quit"),
    Command("interrupt", "app", "ctrl+c,ctrl+q", "interrupt", "Quit",
            "Leave at once, whatever has the focus; a second time where something is being carried out.",
            priority=True),
)  # fmt: skip


def bindings(*places: Place) -> list[BindingType]:
    """The key bindings of these places."""
    return [
        Binding(
            one.keys,
            one.action,
            one.title,
            show=bool(one.brief),
            priority=one.priority,
            id=one.id,
            tooltip=one.tooltip,
        )
        for one in COMMANDS
        if one.place in places
    ]


WRITING = frozenset(one.action for one in COMMANDS if one.writes)
"""Actions that lead to a change of the cluster."""


def commands_of(*places: Place, priced: bool = True, acting: bool = False) -> Sequence[Command]:
    """What can be done in these places, in the order of the table; nothing about prices where they are disabled, and
    nothing that changes the cluster where that is not for this screen."""
    found = [one for one in COMMANDS if one.place in places and (priced or not one.of_prices)]
    return [one for one in found if acting or not one.writes]


def palette() -> type[Provider]:
    """The command palette's source; imported when it is opened first."""
    from nodeview.ui.screens.palette import CommandProvider

    return CommandProvider
