"""A journal's entries to a bulk sink, beside what journalctl needs to print them as JSON.

usage: journal.py [--entries N]
"""

import argparse
import resource
import shutil
import subprocess

from log_runs import deliver, martlet_arguments
from measuring import DATA, SUBJECT_CORE, Receiver, found, pinned, table

WRITER = "/lib/systemd/systemd-journal-remote"
ENTRY = """\
__REALTIME_TIMESTAMP={time}
__MONOTONIC_TIMESTAMP={number}
_BOOT_ID=0123456789abcdef0123456789abcdef
_MACHINE_ID=fedcba9876543210fedcba9876543210
_HOSTNAME=bench
_TRANSPORT=journal
PRIORITY={priority}
SYSLOG_IDENTIFIER=unit-{unit}
_SYSTEMD_UNIT=unit-{unit}.service
_PID={pid}
MESSAGE=request {number} served by model inference worker with latency {latency} and status 200

"""


def make(folder, entries):
    """Writes a journal file as a journald elsewhere would have sent it."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    writer = subprocess.Popen(
        [WRITER, "--output", folder / "bench.journal", "--split-mode=none", "-"],
        stdin=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )
    for number in range(1, entries + 1):
        writer.stdin.write(ENTRY.format(
            time=1_764_000_000_000_000 + number * 1000, number=number, priority=number % 8,
            unit=number % 40, pid=1000 + number % 40, latency=number % 977,
        ))
    writer.stdin.close()
    if writer.wait() != 0:
        raise SystemExit(f"{WRITER} failed")


def print_with(journalctl, folder):
    """CPU seconds of printing every entry."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with pinned(SUBJECT_CORE):
        subprocess.run([journalctl, "--directory", folder, "--output=json", "--quiet"],
                       stdout=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--entries", type=int, default=300_000)
    options = parser.parse_args()

    DATA.mkdir(exist_ok=True)
    folder = DATA / "journal"
    try:
        print(f"==> writing a journal of {options.entries} entries")
        make(folder, options.entries)
        print("==> martlet")
        with Receiver() as receiver:
            arguments = martlet_arguments(folder, receiver, source="type: journal")
            got = deliver(arguments, "journal", receiver, options.entries)
        rows = [["martlet, delivered", got["cpu"], options.entries / got["cpu"],
                 got["records"] - options.entries, got["peak"], got["code"], 1.0]]
        if journalctl := found("journalctl"):
            cpu = print_with(journalctl, folder)
            rows.append(["journalctl, printed", cpu, options.entries / cpu, "", "", "",
                         cpu / got["cpu"]])
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    table(
        "A journal to a bulk sink on loopback",
        ["program", "CPU s", "entries/CPU s", "entries over (+) or lost (-)", "VmHWM MB",
         "of it files MB", "x"],
        rows,
    )


if __name__ == "__main__":
    main()
