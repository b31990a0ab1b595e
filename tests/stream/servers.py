"""Real servers for tests, started and stopped by the scripts of infra/stream, on ports that were free."""

import os
import socket
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]


def free_ports(count: int) -> list[int]:
    """Ports of this machine that nobody listens on."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()


def script(name: str, verb: str, settings: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Call one of the scripts, which says by its exit code how it went."""
    command = ["bash", str(ROOT / "infra" / "stream" / f"{name}.sh"), verb]
    return subprocess.run(command, env={**os.environ, **settings}, capture_output=True, text=True, timeout=300)


def started(name: str, settings: dict[str, str]) -> None:
    done = script(name, "start", settings)
    assert done.returncode == 0, f"{name} did not start:\n{done.stdout}{done.stderr}"
