"""What `-h` says. Every flag is here, and nothing that is not built."""

from __future__ import annotations

_WHERE = """\
which cluster
  --context NAME         a context of the kubeconfig (its current one)
  --kubeconfig FILE      as kubectl would look for it: KUBECONFIG, ~/.kube/config
  --node-selector SEL    only nodes with these labels: pool=api,arch!=arm64
"""

_WHAT = """\
what is shown
  --resources LIST       cpu,memory and any other, a bar each (cpu,memory)
  --extra-labels LIST    a column per label; also node-age, node-cpu-usage, …
  --node-sort KEY[=asc|=dsc]   creation, a column or a label (creation=dsc: oldest first)
  --group-by KEY         pool, zone, type, version, capacity, provisioner, name or a label
  --name-pattern REGEX   the part of a node's name that --group-by name takes
  --filter TEXT          pool=api, cpu>80, phase=draining, ns=shop, or any words
  --headroom-shape SHAPE cpu=500m,memory=1Gi, shop/checkout or largest: counts room
"""

_PRICING = """\
  --prices off|cached|live     whether AWS may be asked (live in the dashboard, else cached)
  --price-file FILE      your own prices and discounts (prices.toml beside the settings)
  --disable-pricing      no prices, nor any trace of them
"""

_ACTING = """\
  --read-only            refuse to write anything at all
"""

_SCREEN = """\
the screen
  --theme dark|light|ansi    --style GOOD,OK,BAD    three colours, such as #04B575,#FFFF00,#FF0000
  --ascii                nothing but ASCII          --no-mouse    leave the mouse to the terminal
  --fps N                frames a second at most, 1 to 30 (10)
"""

_OTHER = """\
other
  -h, --help             this               -v, --version    the version
  --attribution          what nodeview stands on, and its licences
  --debug                more in the log file, with tracebacks
"""

_SETTINGS = """\
Flags may have one dash or two. All but the last four can be settings: in {file}
(a section per context: [context."prod-*"]), or in the environment as NODEVIEW_RESOURCES and so on.
"""

_DASHBOARD = """\
nodeview [flags]                        watch the nodes of a cluster
nodeview demo [scenario] [flags]        the same on an embedded cluster; see nodeview demo -h
nodeview report [flags]                 one complete picture, and exit; see nodeview report -h
nodeview rotate [flags]                 plan to restart what runs on some nodes; see nodeview rotate -h
nodeview prices [flags]                 what is priced how, and why not; see nodeview prices -h
nodeview doctor [flags]                 what works here, and what is lost without it; see nodeview doctor -h
"""

_DEMO = """\
nodeview demo [quiet|busy|preemption|consolidation|upgrade|large] [flags]

A cluster inside this process's own child: no Kubernetes, no cloud, no network, nothing left behind.
Prices are those of the built-in table, AWS is never asked.

the demo
  --seed N               the same N plays the same story (0)
  --speed X              seconds of the story in a second (1)
  --nodes N  --pods N  --churn PER_SECOND      of the scenario large (5000, 100000, 0)
"""

_REPORT = """\
nodeview report [flags]

One complete picture of the cluster, when every listing has ended.

the report
  -o, --output FORMAT    table, json, csv or markdown (table)
  --audit                containers without requests, and requests a hair too large; table or json
  --watch                with -o json: a whole report on each line, when more than ages differ
  --every SECONDS        at most one line in so many (1)
  --timeout SECONDS      then end with what is missing, and exit code 1 (60)
  --schema [report|plan|prices|doctor]     print the JSON Schema instead

exit codes: 0 done, 1 failed or incomplete, 2 wrong usage, 3 no answer from the server, 4 refused by it
"""

_ROTATE = """\
nodeview rotate [which nodes] [how] [flags]         nodeview rotate status|resume|abort [ID]

Plans a rotation: cordon the nodes, restart what runs on them, wait until they are empty. It changes nothing
without --execute.

which nodes (those that meet all of what is said)
  --pool NAMES           names or globs of pools: api, 'worker-*'; may be there more than once
  --nodes NAMES          a,b                        --selector SEL         team=shop,arch!=arm64
  --older-than TIME      7d, 36h                    --kubelet-below V      1.33
  --drifted              by Karpenter's word        --other-image          than the newest of their pool

how
  --cordon all|batch     all of them first (all), or those of the batch at work
  --max-in-flight N|P%   nodes at work at once (all of them; with --cordon batch 1)
  --one-zone-at-a-time   no batch is of two zones   --settle TIME          between two batches (0)
  --max-restarts N       workloads that roll beside each other (4)
  --until empty|removed  when a node is done (removed for Karpenter's, else empty)
  --evict-rest           evict what no restart moves
  --delete-empty-claims  delete the NodeClaims of emptied nodes
  --accept NAMES         override blockers one by one: R4:shop/ledger; may be there more than once
  --deadline TIME        for a rollout, and for a node to be empty (10m)
  --removal-deadline TIME      for a node to be taken away (30m)
  --execute              carry it out, asking once  --yes                  do not ask
  -o, --output FORMAT    table, json or markdown    --timeout SECONDS      for the plan (60)

exit codes: 0 it can be run, 1 failed or incomplete, 2 wrong usage, 3 no answer from the server,
4 blocked, refused by the server, or read-only
"""

_PRICES = """\
nodeview prices [flags]

Each kind of node that is there, its price, where that is from and how old it is; where none is known: why.

the prices
  -o, --output FORMAT    table or json (table)
  --refresh              ask AWS for all of them, however fresh they are (--prices live: for what is old)
  --explain NODE         what each source of prices says of this node, and which of them counts
  --timeout SECONDS      then tell what has come (60)
  --clear-price-cache    forget first what AWS answered before
  --build                make the built-in table anew, from AWS's public price list, without credentials
  --region R             with --build: of this region; may be there more than once (all of the table)

exit codes: 0 done, 1 failed or incomplete, or no such node, 2 wrong usage, 3 no answer from the server,
4 refused by it; a price that is not known changes none of them
"""

_DOCTOR = """\
nodeview doctor [flags]

What works here: the connection, then permission by permission what is lost without it. It changes nothing.

the doctor
  -o, --output FORMAT    table or json (table)
  --timeout SECONDS      what is not answered by then is unknown (60)
  --role [view|act]      print the ClusterRole to ask for instead: for looking, or for acting as well

exit codes: 0 all that is watched can be, 1 not all, 2 wrong usage, 3 no answer from the server,
4 nodes or pods may not be read, or the credentials are refused
"""


def help_of(command: str, file: str) -> str:
    """The help of one command; `file` is where settings are read from."""
    head, parts = {
        "dashboard": (_DASHBOARD, (_WHERE, _WHAT + _PRICING, _SCREEN)),
        "demo": (_DEMO, (_WHAT + _PRICING, _SCREEN)),
        "report": (_REPORT, (_WHERE, _WHAT + _PRICING)),
        "rotate": (_ROTATE, (_WHERE + _ACTING,)),
        "prices": (_PRICES, (_WHERE + _PRICING,)),
        "doctor": (_DOCTOR, (_WHERE,)),
    }[command]
    return "\n".join((head, *parts, _OTHER, _SETTINGS.format(file=file)))
