"""The AWS Node Termination Handler: its taints announce that an instance will be taken away."""

from __future__ import annotations

from nodeview.provisioners.contract import Provisioner, TaintMark

_HANDLER = "aws-node-termination-handler/"

TERMINATION_HANDLER = Provisioner(
    "AWS Node Termination Handler",
    taints=(
        TaintMark(_HANDLER + "spot-itn", "interrupted", "spot interruption notice"),
        TaintMark(_HANDLER + "scheduled-maintenance", "interrupted", "scheduled maintenance of its instance"),
        TaintMark(_HANDLER + "asg-lifecycle-termination", "interrupted", "its Auto Scaling group is terminating it"),
        TaintMark(_HANDLER + "rebalance-recommendation", "interrupted", "spot rebalance recommendation"),
    ),
)
