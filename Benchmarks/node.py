"""One exposition of the node collectors: CPU a scrape, in turn with node_exporter.

usage: node.py [--scrapes N] [--rounds N]
"""

import argparse
import http.client
import re
import statistics
import subprocess

from measuring import DATA, SUBJECT_CORE, Program, found, free_port, martlet, table

# The families that every dashboard shows, and all that both programs have.
SETS = {
    "basic": [
        "cpu", "diskstats", "filefd", "filesystem", "loadavg", "meminfo", "netdev", "pressure",
        "sockstat", "stat", "time", "uname", "vmstat",
    ],
    "all": [
        "arp", "conntrack", "cpu", "diskstats", "entropy", "filefd", "filesystem", "loadavg",
        "meminfo", "netclass", "netdev", "netstat", "os", "pressure", "schedstat", "sockstat",
        "softnet", "stat", "thermal_zone", "time", "timex", "udp_queues", "uname", "vmstat",
    ],
}


def others(collectors):
    """Martlet's collectors besides these, from its own reference."""
    text = subprocess.run(
        [martlet(), "reference", "node.collectors"], capture_output=True, text=True, check=True,
    ).stdout
    return sorted(set(re.findall(r"^node\.collectors\.(\w+)  ", text, re.M)) - set(collectors))


def scrape(port, path, times):
    """Scrapes on one connection; returns the families and samples of the last answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    for _ in range(times):
        connection.request("GET", path, headers={"Accept": "text/plain;version=0.0.4"})
        response = connection.getresponse()
        body = response.read()
        if response.status != 200:
            raise SystemExit(f"{path} answered {response.status}: {body[:200]!r}")
    connection.close()
    lines = body.decode().splitlines()
    families = sum(line.startswith("# TYPE node_") for line in lines)
    return families, sum(not line.startswith("#") for line in lines)


def measure(arguments, name, port, path, options):
    """The median CPU milliseconds of a scrape over the rounds, and what one holds."""
    with Program(arguments, SUBJECT_CORE, name) as program:
        program.wait_for(f"http://127.0.0.1:{port}{path}")
        families, samples = scrape(port, path, 50)
        rounds = []
        for _ in range(options.rounds):
            before = program.cpu_seconds()
            scrape(port, path, options.scrapes)
            rounds.append((program.cpu_seconds() - before) / options.scrapes * 1000)
        program.check()
        return {
            "cpu_ms": statistics.median(rounds), "families": families, "samples": samples,
            "peak": program.memory("VmHWM"),
        }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scrapes", type=int, default=1000, help="in each round")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()

    DATA.mkdir(exist_ok=True)
    for title, collectors in SETS.items():
        compare(title, collectors, options)


def compare(title, collectors, options):
    """Runs both with the same collectors and prints a table."""
    port = free_port()
    config = DATA / "node.yaml"
    off = ", ".join(f"{name}: false" for name in others(collectors))
    config.write_text(
        f'server: {{listen: "127.0.0.1:{port}"}}\nglobal: {{scrape_interval: 1h}}\n'
        f"node: {{collectors: {{{off}}}}}\n"
        f"logs: {{state_dir: {DATA / 'state-node'}, sources: []}}\n"
    )
    runs = {"martlet": ([martlet(), "run", "--config", config], port, "/metrics/node")}
    peer = found("prometheus-node-exporter")
    if peer:
        peer_port = free_port()
        runs["node_exporter"] = ([
            peer, "--collector.disable-defaults", "--web.disable-exporter-metrics",
            *(f"--collector.{name}" for name in collectors),
            f"--web.listen-address=127.0.0.1:{peer_port}",
        ], peer_port, "/metrics")
    rows, base = [], None
    for name, (arguments, used_port, path) in runs.items():
        print(f"==> {name}, {title}: {options.rounds} rounds of {options.scrapes} scrapes")
        got = measure(arguments, name, used_port, path, options)
        base = base or got["cpu_ms"]
        rows.append([
            name, got["cpu_ms"], got["families"], got["samples"], got["peak"],
            got["cpu_ms"] / base,
        ])
    table(
        f"Node metrics: one exposition over HTTP, {title}: {len(collectors)} collectors",
        ["program", "CPU ms a scrape", "families", "samples", "VmHWM MB", "x martlet's CPU"],
        rows,
    )


if __name__ == "__main__":
    main()
