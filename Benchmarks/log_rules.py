"""Container log files to a bulk sink with rules: what parsing, masking and joining cost.

usage: log_rules.py [--files N] [--records N] [--only NAME,...] [--no-peers]
"""

import argparse

from log_runs import Workload, compare, deliver, fluent_bit_arguments, martlet_arguments, row
from measuring import Receiver, found, table

# What the rules are, and the share of JSON among the bodies they are for.
RULES = {
    "none": ("[]", 0.5),
    "json": ("[{steps: [{type: json}]}]", 1),
    "json, body replaced": ("[{steps: [{type: json, keep_body: false}]}]", 1),
    "json, half of it none": ("[{steps: [{type: json}]}]", 0.5),
    "json, severity, time": (
        "[{steps: [{type: json, keep_body: false}, {type: severity}, {type: time, fields: [ts]}]}]", 1
    ),
    # Two groups of which one is in every body, so that the expression is tried and matches everywhere.
    "regex, mask": (
        r"""[{steps: [{type: regex, pattern: '(?P<word>request|served|model|batch|token|cache|gpu|pod|GET)"""
        r""" (?P<next>[^ "]+)'}, {type: mask}]}]""", 0.5
    ),
    "regex": (
        r"""[{steps: [{type: regex, pattern: '(?P<word>request|served|model|batch|token|cache|gpu|pod|GET)"""
        r""" (?P<next>[^ "]+)'}]}]""", 0.5
    ),
    "mask": ("[{steps: [{type: mask}]}]", 0.5),
    "mask, an expression": (
        r"""[{steps: [{type: mask, expressions: [{pattern: 'batch (\w+)', replacement: 'batch ***'}]}]}]""", 0.5
    ),
    "json, mask": ("[{steps: [{type: json}, {type: mask}]}]", 1),
    "join auto": ("[{join: {mode: auto}}]", 0.5),
    "join java": ("[{join: {mode: java}}]", 0.5),
}
FLUENT_BIT = {
    "json, body replaced": """\
[FILTER]
    name parser
    match *
    key_name log
    parser bench_json
    reserve_data on
""",
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--files", type=int, default=4)
    parser.add_argument("--records", type=int, default=600_000, help="in each file")
    parser.add_argument("--only", help="names of rules, with ; between them")
    parser.add_argument("--no-peers", action="store_true")
    options = parser.parse_args()

    names = options.only.split(";") if options.only else RULES
    peer = None if options.no_peers else found("fluent-bit")
    rows = []
    for name in names:
        rules, share = RULES[name]
        workload = Workload(options.files, options.records, share)
        print(f"==> {name}: {workload}")
        with Receiver() as receiver:
            arguments = martlet_arguments(workload.folder, receiver, rules)
            got = deliver(arguments, "martlet", receiver, workload.records)
        rows.append(row(name, got, workload))
        if peer and name in FLUENT_BIT:
            with Receiver() as receiver:
                arguments = fluent_bit_arguments(
                    peer, workload.folder, receiver, FLUENT_BIT[name])
                got = deliver(arguments, "fluent-bit", receiver, workload.records)
            rows.append(row(f"fluent-bit: {name}", got, workload))
    table("Logs with rules: files to a bulk sink on loopback", *compare(rows))


if __name__ == "__main__":
    main()
