"""What every driver here needs: pinned programs, their CPU and memory, the receiver, a table."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from pathlib import Path

HERE = Path(__file__).resolve().parent
DATA = HERE / ".data"
TICKS = os.sysconf("SC_CLK_TCK")
CORES = sorted(os.sched_getaffinity(0))
# The program under test has one core to itself; everything it talks to shares another.
SUBJECT_CORE, OTHER_CORE = CORES[-1], CORES[0]


def martlet():
    """The stripped release binary, or the one that MARTLET_BINARY names."""
    path = Path(os.environ.get("MARTLET_BINARY", HERE.parent / ".build/martlet"))
    if not os.access(path, os.X_OK):
        raise SystemExit(f"{path} is missing: run `make release` first")
    return path


def found(program):
    """Where a peer is, or None, saying that it is left out.

    MARTLET_PEER_NAME names one that is not installed, such as MARTLET_PEER_FLUENT_BIT.
    """
    named = os.environ.get("MARTLET_PEER_" + program.upper().replace("-", "_"))
    path = named or shutil.which(program, path=os.environ.get("PATH", "") + ":/usr/sbin")
    if path is None:
        print(f"    {program} is not installed: left out")
    return path


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def pinned(core):
    """Keeps this process, which writes what the program under test reads, off that one's core."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


class Program:
    """One running program on one core; ends with the `with` block."""

    def __init__(self, arguments, core, name):
        DATA.mkdir(exist_ok=True)
        self.log_path = DATA / f"{name}.log"
        self.log = open(self.log_path, "wb")
        self.process = subprocess.Popen(
            [str(argument) for argument in arguments], stdin=subprocess.DEVNULL,
            stdout=self.log, stderr=subprocess.STDOUT, cwd=DATA,
            preexec_fn=lambda: os.sched_setaffinity(0, {core}),
        )

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()

    def check(self):
        if self.process.poll() is not None:
            tail = self.log_path.read_text(errors="replace")[-2000:]
            raise SystemExit(f"{self.process.args[0]} ended by itself:\n{tail}")

    def cpu_seconds(self):
        """utime + stime of all its threads, dead ones included."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def memory(self, key):
        """One kB line of /proc/PID/status (VmHWM, VmRSS, RssAnon), in MB."""
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith(key + ":"):
                return int(line.split()[1]) / 1000
        return float("nan")

    def wait_for(self, url, timeout=60):
        deadline = time.monotonic() + timeout
        while True:
            self.check()
            try:
                with urllib.request.urlopen(url, timeout=5):
                    return
            except OSError:
                if time.monotonic() > deadline:
                    raise SystemExit(f"{url} did not answer within {timeout} s") from None
                time.sleep(0.05)


class Receiver(Program):
    """The counting receiver, compiled on first use."""

    def __init__(self, served=None, port=None, mode=None):
        DATA.mkdir(exist_ok=True)
        program = DATA / "receiver"
        source = HERE / "receiver.c"
        if not program.exists() or program.stat().st_mtime < source.stat().st_mtime:
            subprocess.run(
                ["cc", "-O2", "-Wall", "-Wextra", "-o", program, source, "-lsnappy", "-lpthread"],
                check=True,
            )
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        arguments = [program, self.port, served or "/dev/null"] + ([mode] if mode else [])
        super().__init__(arguments, OTHER_CORE, f"receiver-{self.port}")
        self.wait_for(f"{self.url}/stats")

    def reset(self):
        request = urllib.request.Request(f"{self.url}/reset", method="POST")
        with urllib.request.urlopen(request, timeout=10):
            pass

    def stats(self):
        with urllib.request.urlopen(f"{self.url}/stats", timeout=10) as response:
            pairs = (pair.split("=") for pair in response.read().decode().split())
        return {name: float(value) for name, value in pairs}


def table(title, columns, rows):
    """Prints rows under their columns, numbers to three digits."""
    def cell(value):
        if not isinstance(value, float):
            return str(value)
        return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"

    cells = [columns, *[[cell(value) for value in row] for row in rows]]
    widths = [max(len(row[index]) for row in cells) for index in range(len(columns))]
    print(f"\n{title}")
    for number, row in enumerate(cells):
        print("| " + " | ".join(text.ljust(width) for text, width in zip(row, widths)) + " |")
        if number == 0:
            print("|" + "|".join("-" * (width + 2) for width in widths) + "|")
    print()
