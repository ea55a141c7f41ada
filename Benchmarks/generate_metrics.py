"""Writes a Prometheus text exposition of histograms for scrape runs.

usage: generate_metrics.py SAMPLES FILE

The same arguments always give the same bytes: `10000` gives 10 080 samples.
"""

import random
import sys
from pathlib import Path

PATHS = (
    "/predict", "/health", "/train", "/v1/models", "/metrics", "/batch", "/stream", "/admin",
)
BOUNDS = (
    "0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "10", "+Inf",
)


def exposition(wanted):
    """At least `wanted` samples, in whole families; returns the text and their number."""
    rng = random.Random(3)
    lines = []
    samples = 0
    while samples < wanted:
        name = f"app_request_duration_seconds_{samples // 120}"
        lines.append(f"# HELP {name} Duration of requests.\n# TYPE {name} histogram")
        for path in PATHS:
            labels = f'method="POST",path="{path}",code="200"'
            count = 0
            for bound in BOUNDS:
                count += rng.randint(0, 900)
                lines.append(f'{name}_bucket{{{labels},le="{bound}"}} {count}')
            lines.append(f"{name}_sum{{{labels}}} {rng.random() * 1000:.6f}")
            lines.append(f"{name}_count{{{labels}}} {count}")
            samples += len(BOUNDS) + 2
    return "\n".join(lines) + "\n", samples


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    body, number = exposition(int(sys.argv[1]))
    Path(sys.argv[2]).write_text(body)
    print(number, "samples")
