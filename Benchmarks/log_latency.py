"""How long a log line takes to the sink's socket while little is written.

usage: log_latency.py [--lines N] [--files N]
"""

import argparse
import shutil
import time

from log_runs import martlet_arguments, wait_for_lines
from log_writers import MarkedWriter, container_log
from measuring import DATA, OTHER_CORE, SUBJECT_CORE, Program, Receiver, pinned, table

GAP_SECONDS = (0.1, 0.3)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lines", type=int, default=500)
    parser.add_argument("--files", type=int, default=50)
    options = parser.parse_args()

    folder = DATA / "latency"
    shutil.rmtree(folder, ignore_errors=True)
    paths = [container_log(folder, number) for number in range(options.files)]
    try:
        with (pinned(OTHER_CORE), Receiver(mode="marked") as receiver,
              Program(martlet_arguments(folder, receiver), SUBJECT_CORE, "latency") as program,
              MarkedWriter(paths, GAP_SECONDS) as writer):
            time.sleep(5)
            receiver.reset()
            print(f"==> one line every {GAP_SECONDS[0]} to {GAP_SECONDS[1]} s, "
                  f"{options.lines} lines into {options.files} files")
            begin, cpu, before = time.monotonic(), program.cpu_seconds(), writer.written
            while writer.written - before < options.lines:
                program.check()
                time.sleep(1)
            used = (program.cpu_seconds() - cpu) / (time.monotonic() - begin)
            writer.stop()
            wait_for_lines(receiver, program, 2 * (writer.written - before))
            got = receiver.stats()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    table(
        "From the write of a line to its last byte at the sink's socket",
        ["lines", "p50 ms", "p90 ms", "p99 ms", "longest ms", "% of a core"],
        [[int(got["marks"]), *(got[key] * 1e3 for key in ("p50", "p90", "p99", "longest")),
          used * 100]],
    )


if __name__ == "__main__":
    main()
