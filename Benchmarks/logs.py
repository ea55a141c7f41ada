"""Container log files to a bulk sink, without rules: megabytes a CPU second, records lost, memory.

usage: logs.py [--files N] [--records N]
"""

import argparse
from functools import partial

from log_runs import (
    Workload, compare, deliver, fluent_bit_arguments, martlet_arguments, row, rsyslog_arguments,
)
from measuring import Receiver, found, table


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--files", type=int, default=4)
    parser.add_argument("--records", type=int, default=600_000, help="in each file")
    options = parser.parse_args()

    workload = Workload(options.files, options.records)
    print(f"==> {workload}; one core each for sender and receiver")
    # Lines that a record takes in a request: its action, its document, with rsyslog an empty one.
    runs = [("martlet", martlet_arguments, workload.records, 2)]
    if peer := found("fluent-bit"):
        runs.append(("fluent-bit", partial(fluent_bit_arguments, peer), workload.records, 2))
    if peer := found("rsyslogd"):
        # It does not join what the runtime split, so each line is a record.
        runs.append(("rsyslog", partial(rsyslog_arguments, peer), workload.lines, 3))
    rows = []
    for name, arguments, records, lines in runs:
        print(f"==> {name}")
        with Receiver() as receiver:
            got = deliver(arguments(workload.folder, receiver), name, receiver, records, lines)
        rows.append(row(name, got, workload, records))
    table("Logs: files to a bulk sink on loopback", *compare(rows))


if __name__ == "__main__":
    main()
