"""Log lines at a steady rate: CPU, memory, and that nothing is left behind.

usage: steady.py [--megabytes N] [--seconds N] [--files N]
"""

import argparse
import shutil
import time

from log_runs import martlet_arguments, wait_for_lines
from log_writers import LINE_BYTES, SteadyWriter, container_log
from measuring import DATA, OTHER_CORE, SUBJECT_CORE, Program, Receiver, pinned, table

WARM_UP_SECONDS = 10


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--megabytes", type=float, default=10, help="a second")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--files", type=int, default=10)
    options = parser.parse_args()

    folder = DATA / "steady"
    shutil.rmtree(folder, ignore_errors=True)
    paths = [container_log(folder, number) for number in range(options.files)]
    try:
        with (pinned(OTHER_CORE), Receiver() as receiver,
              Program(martlet_arguments(folder, receiver), SUBJECT_CORE, "steady") as program,
              SteadyWriter(paths, options.megabytes) as writer):
            print(f"==> {options.megabytes:g} MB/s for {options.seconds:g} s")
            time.sleep(WARM_UP_SECONDS)
            cpu, begin, before = program.cpu_seconds(), time.monotonic(), receiver.stats()
            time.sleep(options.seconds)
            program.check()
            elapsed, after = time.monotonic() - begin, receiver.stats()
            used = program.cpu_seconds() - cpu
            memory = [program.memory(key) for key in ("VmRSS", "RssAnon", "VmHWM")]
            writer.stop()
            missing = writer.written - wait_for_lines(receiver, program, 2 * writer.written) / 2
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    records = (after["lines"] - before["lines"]) / 2 / elapsed
    requests = (after["requests"] - before["requests"]) / elapsed
    table(
        f"Lines of {LINE_BYTES} bytes at a steady rate into {options.files} files",
        ["MB/s", "records/s", "requests/s", "% of a core", "VmRSS MB", "of it anonymous",
         "VmHWM MB", "records lost"],
        [[records * LINE_BYTES / 1e6, records, requests, used / elapsed * 100, *memory, missing]],
    )


if __name__ == "__main__":
    main()
