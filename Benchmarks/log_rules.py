"""Container log files to a bulk sink with rules: what parsing, masking and joining cost.

usage: log_rules.py [--files N] [--records N] [--only "NAME; NAME ..."] [--no-peers]
"""

import argparse

from log_runs import Workload, compare, deliver, fluent_bit_arguments, martlet_arguments, row
from measuring import Receiver, found, table

# One of these words is in every body, and a word follows it.
REGEX = r"""{type: regex, pattern: '(?P<word>request|served|model|batch|token|cache|gpu|pod|GET) (?P<next>[^ "]+)'}"""
MASK = "{type: mask}"
# Finds something in nearly every body, several times in most.
MASK_WORDS = r"""{type: mask, expressions: [{pattern: '(request|served|model|batch) \w+', replacement: '$1 ***'}]}"""

# What the rules are, and the share of JSON among the bodies they are for.
RULES = {
    "none": ("[]", 0.5),
    "json": ("[{steps: [{type: json}]}]", 1),
    "json, body replaced": ("[{steps: [{type: json, keep_body: false}]}]", 1),
    "json, half of it none": ("[{steps: [{type: json}]}]", 0.5),
    "json, severity, time": (
        "[{steps: [{type: json, keep_body: false}, {type: severity}, {type: time, fields: [ts]}]}]", 1
    ),
    "regex": (f"[{{steps: [{REGEX}]}}]", 0.5),
    "mask": (f"[{{steps: [{MASK}]}}]", 0.5),
    "mask that finds": (f"[{{steps: [{MASK_WORDS}]}}]", 0.5),
    "regex, mask": (f"[{{steps: [{REGEX}, {MASK}]}}]", 0.5),
    "regex, mask that finds": (f"[{{steps: [{REGEX}, {MASK_WORDS}]}}]", 0.5),
    "json, mask": (f"[{{steps: [{{type: json}}, {MASK}]}}]", 1),
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
    parser.add_argument("--only", help="names of rules, with a semicolon between them")
    parser.add_argument("--no-peers", action="store_true")
    options = parser.parse_args()

    names = [name.strip() for name in options.only.split(";")] if options.only else RULES
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
