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
  --disable-pricing      no prices
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
"""

_DEMO = """\
nodeview demo [quiet|busy|preemption|consolidation|upgrade|large] [flags]

A cluster inside this process's own child: no Kubernetes, no cloud, no network, nothing left behind.

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
  --watch                with -o json: a whole report on each line, when more than ages differ
  --every SECONDS        at most one line in so many (1)
  --timeout SECONDS      then end with what is missing, and exit code 1 (60)
  --schema [report]      print the JSON Schema instead

exit codes: 0 done, 1 failed or incomplete, 2 wrong usage, 3 no answer from the server, 4 refused by it
"""


def help_of(command: str, file: str) -> str:
    """The help of one command; `file` is where settings are read from."""
    head, parts = {
        "dashboard": (_DASHBOARD, (_WHERE, _WHAT, _SCREEN)),
        "demo": (_DEMO, (_WHAT, _SCREEN)),
        "report": (_REPORT, (_WHERE, _WHAT)),
    }[command]
    return "\n".join((head, *parts, _OTHER, _SETTINGS.format(file=file)))
