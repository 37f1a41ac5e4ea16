"""What runs in the demo cluster at its beginning."""

from __future__ import annotations

from nodeview.demo.catalogue import ZONES
from nodeview.demo.workloads import BALLOON, Workload

DAEMONS = tuple(
    Workload("kube-system", name, 0, cpu, memory, kind="DaemonSet", priority="system-node-critical", grace=grace)
    for name, cpu, memory, grace in (
        ("aws-node", "50m", "64Mi", 10),
        ("kube-proxy", "100m", "64Mi", 30),
        ("ebs-csi-node", "30m", "120Mi", 30),
        ("fluent-bit", "50m", "100Mi", 10),
    )
)
SYSTEM = (
    Workload("kube-system", "coredns", 2, "100m", "70Mi", "system-v1-34", priority="system-cluster-critical", keep=1),
    Workload(
        "kube-system", "karpenter", 2, "500m", "512Mi", "system-v1-34", priority="system-cluster-critical", keep=1
    ),
    Workload("kube-system", "aws-load-balancer-controller", 2, "100m", "128Mi", "system-v1-34"),
    Workload("kube-system", "metrics-server", 2, "100m", "200Mi", "system-v1-34", keep=1),
    Workload("monitoring", "prometheus", 1, "800m", "3Gi", "system-v1-34", kind="StatefulSet"),
    Workload("argocd", "argocd-server", 2, "100m", "256Mi", "system-v1-34"),
)
SERVICES = (
    Workload("shop", "checkout", 18, "500m", "1Gi", "api", keep="70%", sidecar=True),
    Workload("shop", "cart", 12, "500m", "768Mi", "api", keep="70%"),
    Workload("shop", "ledger", 3, "1", "2Gi", "api", keep=3),
    Workload("shop", "search", 20, "750m", "1536Mi", "api", surge="100%", unavailable=0),
    Workload("shop", "recommendations", 10, "600m", "2Gi", "api"),
    Workload("shop", "pricing", 12, "400m", "512Mi", "api", keep="50%"),
    Workload("shop", "inventory", 9, "350m", "1Gi", "api"),
    Workload("shop", "debug-shell", 1, "0", "0", "api"),
    Workload("web", "frontend", 32, "250m", "384Mi", "web", surge="50%", unavailable=0, keep="80%"),
    Workload("web", "gateway", 16, "500m", "512Mi", "web", keep="80%"),
    Workload("web", "assets", 10, "200m", "256Mi", "web"),
    Workload("web", "sessions", 8, "300m", "512Mi", "web", keep="75%"),
    Workload("web", "images", 10, "700m", "640Mi", "web"),
    Workload("chat", "messages", 15, "1", "2Gi", "worker", keep="75%"),
    Workload("chat", "presence", 8, "500m", "1Gi", "worker"),
    Workload("chat", "push", 6, "800m", "1Gi", "worker", keep=4),
    *(
        Workload("overprovisioning", f"balloon-{zone[-2:]}", 1, "2500m", "3Gi", "worker", priority=BALLOON, zone=zone)
        for zone in ZONES
    ),
    Workload("batch", "reports", 4, "2", "4Gi", "batch", do_not_disrupt=True),
    Workload("batch", "transcode", 6, "3", "5Gi", "batch"),
    Workload("data", "kafka", 6, "1150m", "10Gi", "data", kind="StatefulSet", keep=5),
    Workload("data", "redis", 3, "500m", "11Gi", "data", kind="StatefulSet", keep=2, disk="40Gi"),
    Workload("batch", "invoices", 3, "700m", "1Gi", "batch", kind="CronJob", seconds=25),
)  # fmt: skip
EVERYTHING = (*DAEMONS, *SYSTEM, *SERVICES)
