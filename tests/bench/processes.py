"""The bots under measurement, each a process of its own."""

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import psutil

from tests.bench.wire import API_TOKEN, SECRET

ROOT = Path(__file__).parents[2]
READY_SECONDS = 20.0
COMMUNE = "anh-son"


def free_port() -> int:
    """Return a port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Bot:
    """A running bot."""

    def __init__(self, arguments: Sequence[str], port: int, log: Path, environ: dict[str, str]) -> None:
        self.port = port
        self._log = log
        with log.open("ab") as out:
            self._began = time.perf_counter()
            self._process = subprocess.Popen(
                [sys.executable, *arguments], cwd=ROOT, env=environ, stdout=out, stderr=out, stdin=subprocess.DEVNULL
            )

    async def ready(self) -> float:
        """Wait for the first 200 of /healthz; return the seconds since the process began."""
        while not await self._is_ready():
            if self._process.poll() is not None or time.perf_counter() - self._began > READY_SECONDS:
                raise RuntimeError(f"did not start:\n{self._log.read_text(encoding='utf-8')[-3000:]}")
            await asyncio.sleep(0.005)
        return time.perf_counter() - self._began

    async def _is_ready(self) -> bool:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        except OSError:
            return False
        try:
            writer.write(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            return (await reader.read(64)).startswith(b"HTTP/1.1 200")
        except OSError:
            return False
        finally:
            writer.close()

    def memory(self) -> float:
        """Return the resident memory in MB (10^6 bytes)."""
        return float(psutil.Process(self._process.pid).memory_info().rss) / 1e6

    def cpu_seconds(self) -> float:
        """Return the processor time used so far."""
        times = psutil.Process(self._process.pid).cpu_times()
        return float(times.user + times.system)

    def stop(self) -> None:
        """Ask it to end, and make it."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(15)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def _environ(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BOT_")}
    return kept | {"PYTHONUNBUFFERED": "1"} | more


def start_service(folder: Path, api: str, *python: str, rate: float = 100_000) -> Bot:
    """Start our service with its database in `folder`; `python` are arguments for the interpreter."""
    port = free_port()
    # Its own copy: somebody who edits a page meanwhile would make it load everything again.
    source = Path(os.environ.get("BOT_CONTENT", ROOT / "content"))
    shutil.copytree(
        source, folder / "content", ignore=shutil.ignore_patterns("*.py", "__pycache__"), dirs_exist_ok=True
    )
    config = folder / "config.toml"
    config.write_text(
        f"""database = "sqlite+aiosqlite:///{folder / "bot.db"}"
content = "{folder / "content"}"
listen = "127.0.0.1:{port}"
public_url = "http://127.0.0.1:{port}"
[telegram.{COMMUNE}]
token = "{API_TOKEN}"
mode = "webhook"
webhook_secret = "{SECRET}"
api_base = "{api}"
rate = {rate}
""",
        encoding="utf-8",
    )
    arguments = [*python, "-m", "bot", "serve"]
    return Bot(arguments, port, folder / "service.log", _environ(BOT_CONFIG=str(config)))


def start_echo(folder: Path, api: str, name: str, *arguments: str) -> Bot:
    """Start one of the echo bots that lie beside this module."""
    port = free_port()
    folder.mkdir(parents=True, exist_ok=True)
    return Bot(["-m", f"tests.bench.{name}", str(port), api, *arguments], port, folder / f"{name}.log", _environ())


async def run_module(name: str) -> str:
    """Run a module to its end; return what it prints."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", name, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    out, errors = await process.communicate()
    if process.returncode:
        raise RuntimeError(f"{name} failed:\n{errors.decode()[-3000:]}")
    return out.decode()
