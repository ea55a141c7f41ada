"""Log lines at a steady rate: CPU, memory, and that nothing is left behind.

usage: steady.py [--megabytes N] [--seconds N] [--files N]
"""

import argparse
import shutil
import time
from functools import partial

from log_runs import (
    fluent_bit_arguments, martlet_arguments, rsyslog_arguments, wait_for_lines,
)
from log_writers import LINE_BYTES, SteadyWriter, container_log
from measuring import DATA, OTHER_CORE, SUBJECT_CORE, Program, Receiver, found, pinned, table

WARM_UP_SECONDS = 10
FILES = "*/*/*.log"


def run(name, arguments, lines_a_record, options):
    """A row of the table: what one program needed."""
    folder = DATA / "steady"
    shutil.rmtree(folder, ignore_errors=True)
    paths = [container_log(folder, number) for number in range(options.files)]
    print(f"==> {name}: {options.megabytes:g} MB/s for {options.seconds:g} s")
    try:
        with (pinned(OTHER_CORE), Receiver() as receiver,
              Program(arguments(folder, receiver), SUBJECT_CORE, name) as program,
              SteadyWriter(paths, options.megabytes) as writer):
            time.sleep(WARM_UP_SECONDS)
            cpu, begin, before = program.cpu_seconds(), time.monotonic(), receiver.stats()
            time.sleep(options.seconds)
            program.check()
            elapsed, after = time.monotonic() - begin, receiver.stats()
            used = program.cpu_seconds() - cpu
            memory = [program.memory(key) for key in ("VmRSS", "RssAnon", "VmHWM")]
            writer.stop()
            lines = wait_for_lines(receiver, program, lines_a_record * writer.written)
            missing = writer.written - lines / lines_a_record
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    records = (after["lines"] - before["lines"]) / lines_a_record / elapsed
    requests = (after["requests"] - before["requests"]) / elapsed
    return [name, records * LINE_BYTES / 1e6, records, requests, used / elapsed * 100, *memory,
            missing]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--megabytes", type=float, default=10, help="a second")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--files", type=int, default=10)
    options = parser.parse_args()

    rows = [run("martlet", martlet_arguments, 2, options)]
    if peer := found("fluent-bit"):
        arguments = partial(fluent_bit_arguments, peer, files=FILES)
        rows.append(run("fluent-bit", arguments, 2, options))
    if peer := found("rsyslogd"):
        arguments = partial(rsyslog_arguments, peer, files=FILES)
        rows.append(run("rsyslog", arguments, 3, options))
    table(
        f"Lines of {LINE_BYTES} bytes at a steady rate into {options.files} files",
        ["program", "MB/s", "records/s", "requests/s", "% of a core", "VmRSS MB",
         "of it anonymous", "VmHWM MB", "records lost", "x"],
        [[*cells, cells[4] / rows[0][4]] for cells in rows],
    )


if __name__ == "__main__":
    main()
