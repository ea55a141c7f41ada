"""How long the lines of quiet containers take while another one floods.

usage: fairness.py [--quiet N] [--megabytes N,...] [--seconds N]

At 100 MB/s the sink keeps up; 400 are about what the core that sink and writers share can take, and on a
busy machine more, so that the agent has a backlog of the loud container to choose from.
"""

import argparse
import contextlib
import shutil
import time

from log_runs import martlet_arguments, wait_for_lines
from log_writers import LINE_BYTES, MarkedWriter, SteadyWriter, container_log
from measuring import DATA, OTHER_CORE, SUBJECT_CORE, Program, Receiver, pinned, table

# All quiet containers together: each writes about once a second.
GAP_SECONDS = (0, 0.01)


def run(options, megabytes):
    """The quiet lines' delays, and what the flood came to."""
    folder = DATA / "fairness"
    shutil.rmtree(folder, ignore_errors=True)
    paths = [container_log(folder, number) for number in range(options.quiet)]
    try:
        with contextlib.ExitStack() as stack:
            stack.enter_context(pinned(OTHER_CORE))
            receiver = stack.enter_context(Receiver(mode="marked"))
            program = stack.enter_context(
                Program(martlet_arguments(folder, receiver), SUBJECT_CORE, "fairness"))
            quiet = stack.enter_context(MarkedWriter(paths, GAP_SECONDS))
            loud = None
            if megabytes:
                loud = stack.enter_context(
                    SteadyWriter([container_log(folder, 0, "loud")], megabytes, rotates=True))
            time.sleep(5)
            receiver.reset()
            begin, cpu = time.monotonic(), program.cpu_seconds()
            before = (quiet.written, loud.written if loud else 0)
            time.sleep(options.seconds)
            program.check()
            elapsed = time.monotonic() - begin
            used = program.cpu_seconds() - cpu
            got = receiver.stats()
            wrote = (loud.written if loud else 0) - before[1]
            delivered = got["lines"] / 2 - (quiet.written - before[0])
            return [
                f"{megabytes:g} MB/s beside them" if megabytes else "alone", int(got["marks"]),
                *(got[key] * 1e3 for key in ("p50", "p90", "p99", "longest")),
                *(lines * LINE_BYTES / 1e6 / elapsed for lines in (wrote, max(0, delivered))),
                used / elapsed * 100, program.memory("VmHWM"),
            ]
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quiet", type=int, default=200, help="containers")
    parser.add_argument("--megabytes", default="100,400", help="a second, of the loud one")
    parser.add_argument("--seconds", type=float, default=30)
    options = parser.parse_args()

    rows = []
    for megabytes in (0, *map(float, options.megabytes.split(","))):
        print(f"==> {options.quiet} quiet containers and {megabytes:g} MB/s beside them")
        rows.append(run(options, megabytes))
    table(
        "From the write of a quiet container's line to the sink's socket",
        ["quiet containers", "lines", "p50 ms", "p90 ms", "p99 ms", "longest ms",
         "loud: MB/s written", "delivered", "% of a core", "VmHWM MB", "p99 is x times"],
        [[*cells, cells[4] / rows[0][4]] for cells in rows],
    )


if __name__ == "__main__":
    main()
