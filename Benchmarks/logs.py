"""Container log files to a bulk sink, without rules: megabytes a CPU second, records lost, memory.

usage: logs.py [--files N] [--records N]
"""

import argparse

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
    runs = [("martlet", martlet_arguments, workload.records)]
    if peer := found("fluent-bit"):
        runs.append(
            ("fluent-bit", lambda *rest: fluent_bit_arguments(peer, *rest), workload.records)
        )
    if peer := found("rsyslogd"):
        # It does not join what the runtime split, so each line is a record.
        runs.append(("rsyslog", lambda *rest: rsyslog_arguments(peer, *rest), workload.lines))
    rows = []
    for name, arguments, records in runs:
        print(f"==> {name}")
        with Receiver() as receiver:
            got = deliver(arguments(workload.folder, receiver), name, receiver, records)
        rows.append(row(name, got, workload, records))
    table("Logs: files to a bulk sink on loopback", *compare(rows))


if __name__ == "__main__":
    main()
