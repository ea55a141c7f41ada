"""Writes container logs in the CRI format for throughput runs.

usage: generate_logs.py FOLDER FILES RECORDS_PER_FILE [SHARE_OF_JSON]

Half of the records, or the share that is named, are JSON, the rest logfmt and access-log lines;
one record in 500 is split into a partial and a full line. The same arguments always give the same bytes: `4 600000` gives
613 MB, 2 404 800 lines, 2 400 000 records.
"""

import json
import random
import sys
from pathlib import Path

WORDS = (
    "request served model inference latency batch token cache hit miss gpu memory pod node retry "
    "backoff epoch loss accuracy checkpoint saved worker queue drained"
).split()
POOL = 20_000
PARTIAL_EVERY = 500


def text(rng):
    return " ".join(rng.choice(WORDS) for _ in range(rng.randint(8, 24)))


def message(rng, number, json_share):
    """One log message; the order of the draws is part of the workload."""
    draw = rng.random()
    if draw < json_share:
        return json.dumps({
            "level": rng.choice(["info", "warn", "error", "debug"]),
            "ts": "2026-11-23T01:%02d:%02d.%03dZ" % (
                number // 60 % 60, number % 60, number % 1000),
            "msg": text(rng),
            "path": "/v1/models/bert/predict",
            "status": rng.choice([200, 200, 200, 404, 500]),
            "duration_ms": round(rng.random() * 250, 3),
            "trace_id": "%032x" % rng.getrandbits(128),
        })
    if draw < 0.95:
        return 'level=%s caller=server.go:%d msg="%s"' % (
            rng.choice(["info", "warn", "error"]), rng.randint(10, 999), text(rng))
    return (
        '10.0.%d.%d - - [23/Nov/2026:01:30:%02d +0000] "GET /v1/predict?id=%d HTTP/1.1" 200 %d '
        '"-" "python-requests/2.31"' % (
            rng.randint(0, 255), rng.randint(0, 255), number % 60, number,
            rng.randint(100, 90000)))


def generate(folder, files, records, json_share=0.5):
    """Writes `files` logs of `records` records each into `folder`; returns the number of bytes."""
    rng = random.Random(7)
    folder.mkdir(parents=True, exist_ok=True)
    pool = [message(rng, number, json_share) for number in range(POOL)]
    written = 0
    for file_number in range(files):
        name = "app-%02d-7c9d8b6f5d-x%04d_default_app-%064x.log" % (
            file_number, file_number, rng.getrandbits(256))
        with open(folder / name, "w", buffering=1 << 20) as file:
            for number in range(records):
                body = pool[rng.randrange(POOL)]
                stamp = "2026-11-23T01:%02d:%02d.%09dZ" % (
                    number // 6000 % 60, number // 100 % 60, number * 10000019 % 1_000_000_000)
                stream = "stdout" if number & 3 else "stderr"
                if number % PARTIAL_EVERY == PARTIAL_EVERY - 1:
                    half = len(body) // 2
                    line = (f"{stamp} {stream} P {body[:half]}\n"
                            f"{stamp} {stream} F {body[half:]}\n")
                else:
                    line = f"{stamp} {stream} F {body}\n"
                written += file.write(line)
    return written


if __name__ == "__main__":
    if len(sys.argv) not in (4, 5):
        sys.exit(__doc__)
    counts, share = map(int, sys.argv[2:4]), map(float, sys.argv[4:])
    print(generate(Path(sys.argv[1]), *counts, *share), "bytes")
