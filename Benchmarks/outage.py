"""A receiver that is away: what waiting costs, and whether everything arrives in order afterwards.

usage: outage.py [--minutes 60] [--targets 10] [--samples 1000]

Targets are scraped every second. The receiver that is absent during the outage checks every series:
each sample must be later than the one before it, none more than two scrapes apart, and their number
must be what was scraped.
"""

import argparse
import re
import time
import urllib.request

from measuring import DATA, SUBJECT_CORE, Program, Receiver, free_port, martlet, table
from targets import exposition


def disk(folder):
    """Bytes of the queue's files, of which any may go while it is looked at."""
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.stat().st_size if path.is_file() else 0
        except OSError:
            continue
    return total / 1e6


def metric(url, name):
    with urllib.request.urlopen(url, timeout=10) as answer:
        text = answer.read().decode()
    return sum(float(value) for value in re.findall(rf"^{name}(?:{{[^}}]*}})? (\S+)$", text, re.M))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--targets", type=int, default=10)
    parser.add_argument("--samples", type=int, default=1000)
    options = parser.parse_args()
    DATA.mkdir(exist_ok=True)
    body, state = DATA / "outage.txt", DATA / f"state-outage-{time.time():.0f}"
    body.write_text(exposition(options.samples))
    own, away = free_port(), free_port()
    rows = []
    with Receiver(served=body) as server:
        listed = ", ".join(f'"127.0.0.{n + 1}:{server.port}"' for n in range(options.targets))
        config = DATA / "outage.yaml"
        config.write_text(f"""\
server: {{listen: "127.0.0.1:{own}"}}
global: {{scrape_interval: 1s, scrape_timeout: 1s}}
scrape_configs:
  - job_name: outage
    static_configs: [{{targets: [{listed}]}}]
remote_write:
  - url: "http://127.0.0.1:{away}/api/v1/write"
    write_relabel_configs: [{{source_labels: [job], regex: outage, action: keep}}]
node: {{collectors: {{}}}}
logs: {{state_dir: {state}, sources: []}}
""")
        url = f"http://127.0.0.1:{own}/metrics/agent"
        with Program([martlet(), "run", "--config", config], SUBJECT_CORE, "outage") as agent:
            agent.wait_for(url)
            begin, cpu, steps = time.monotonic(), 0.0, 12
            for step in range(1, steps + 1):
                ends = begin + options.minutes * 60 * step / steps
                time.sleep(max(0, ends - time.monotonic()))
                agent.check()
                used, cpu = agent.cpu_seconds() - cpu, agent.cpu_seconds()
                rows.append([
                    (time.monotonic() - begin) / 60, server.stats()["scrapes"] * options.samples,
                    disk(state), agent.memory("VmRSS"), agent.memory("RssAnon"),
                    used / (options.minutes * 60 / steps) * 100,
                ])
                print(f"    after {rows[-1][0]:.0f} minutes: {rows[-1][2]:.0f} MB on disk, "
                      f"{rows[-1][3]:.1f} MB resident", flush=True)
            with Receiver(port=away, mode="ordered") as receiver:
                returned = time.monotonic()
                waiting = metric(url, "martlet_remote_write_disk_blocks")
                while waiting > 0 or receiver.stats()["samples"] == 0:
                    agent.check()
                    time.sleep(0.2)
                    waiting = metric(url, "martlet_remote_write_disk_blocks")
                drained, taken = time.monotonic() - returned, receiver.stats()["samples"]
                time.sleep(10)
                peak = agent.memory("VmHWM")
                agent.__exit__()
                after, scrapes = receiver.stats(), server.stats()["scrapes"]
    table(
        f"{options.minutes:g} minutes without a receiver",
        ["minute", "samples scraped", "MB on disk", "VmRSS MB", "of which anonymous",
         "% of a core"],
        rows,
    )
    # Every target has as many series as every other: its own and those that the scrape adds.
    expected = scrapes * after["series"] / options.targets
    arrived = after["samples"] - after["stale"]
    table(
        "After it returned",
        ["backlog gone in s", "samples by then", "samples/s", "VmHWM MB", "series", "arrived",
         "expected", "out of order", "longest step ms"],
        [[drained, taken, taken / drained, peak, after["series"], arrived, expected,
          after["disordered"], after["widest"]]],
    )
    if arrived != expected or after["disordered"] or after["widest"] >= 2500:
        raise SystemExit("samples are missing, doubled or out of order")


if __name__ == "__main__":
    main()
