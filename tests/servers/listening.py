"""Print every TCP address a process and its children listen on, as JSON: `python listening.py PID`.

Runs in the servers' environment, which has psutil.
"""

from __future__ import annotations

import json
import sys

import psutil


def addresses(pid: int) -> list[tuple[str, int]]:
    """The (address, port) pairs, sorted."""
    parent = psutil.Process(pid)
    family = [parent, *parent.children(recursive=True)]
    sockets = [c for process in family for c in process.net_connections(kind="inet")]
    return sorted((c.laddr.ip, c.laddr.port) for c in sockets if c.status == psutil.CONN_LISTEN)


if __name__ == "__main__":
    print(json.dumps(addresses(int(sys.argv[1]))))
