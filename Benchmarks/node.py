"""One exposition of the node collectors: CPU a scrape, in turn with node_exporter.

usage: node.py [--scrapes N] [--rounds N]
"""

import argparse
import http.client
import statistics

from measuring import DATA, SUBJECT_CORE, Program, found, free_port, martlet, table

COLLECTORS = [
    "cpu", "diskstats", "filefd", "filesystem", "loadavg", "meminfo", "netdev", "pressure",
    "sockstat", "stat", "time", "uname", "vmstat",
]


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
    port = free_port()
    config = DATA / "node.yaml"
    config.write_text(
        f'server: {{listen: "127.0.0.1:{port}"}}\nglobal: {{scrape_interval: 1h}}\n'
        f"logs: {{state_dir: {DATA / 'state-node'}, sources: []}}\n"
    )
    runs = {"martlet": ([martlet(), "run", "--config", config], port, "/metrics/node")}
    peer = found("prometheus-node-exporter")
    if peer:
        peer_port = free_port()
        runs["node_exporter"] = ([
            peer, "--collector.disable-defaults", "--web.disable-exporter-metrics",
            *(f"--collector.{name}" for name in COLLECTORS),
            f"--web.listen-address=127.0.0.1:{peer_port}",
        ], peer_port, "/metrics")
    rows, base = [], None
    for name, (arguments, used_port, path) in runs.items():
        print(f"==> {name}: {options.rounds} rounds of {options.scrapes} scrapes")
        got = measure(arguments, name, used_port, path, options)
        base = base or got["cpu_ms"]
        rows.append([
            name, got["cpu_ms"], got["families"], got["samples"], got["peak"],
            got["cpu_ms"] / base,
        ])
    table(
        "Node metrics: one exposition",
        ["program", "CPU ms a scrape", "families", "samples", "VmHWM MB", "x martlet's CPU"],
        rows,
    )


if __name__ == "__main__":
    main()
