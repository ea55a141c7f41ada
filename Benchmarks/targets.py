"""Many targets: when scrapes start, and what they cost, from a few targets to a thousand.

usage: targets.py [--counts 10,100,1000] [--samples 500] [--interval 15] [--minutes 2]

The targets are served by nginx on addresses of loopback, 127.1.0.1 upward, from one file.
"""

import argparse
import re
import time
import urllib.request

from measuring import DATA, OTHER_CORE, SUBJECT_CORE, Program, found, free_port, martlet, table


def exposition(samples):
    lines = []
    for family in range(samples // 10):
        lines.append(f"# HELP bench_{family}_total Requests that were answered.")
        lines.append(f"# TYPE bench_{family}_total counter")
        for code in range(10):
            labels = f'code="{200 + code}",handler="/api/v1/items",method="GET"'
            lines.append(f"bench_{family}_total{{{labels}}} {family * 1000 + code}")
    return "\n".join(lines) + "\n"


def nginx_configuration(port):
    root = DATA / "targets"
    root.mkdir(parents=True, exist_ok=True)
    config = DATA / "nginx.conf"
    config.write_text(f"""\
daemon off;
master_process off;
pid {DATA}/nginx.pid;
error_log {DATA}/nginx.error.log;
worker_rlimit_nofile 8192;
events {{ worker_connections 4096; }}
http {{
  access_log off;
  keepalive_timeout 120s;
  keepalive_requests 1000000;
  client_body_temp_path {DATA}/nginx.body; proxy_temp_path {DATA}/nginx.proxy;
  fastcgi_temp_path {DATA}/nginx.fcgi; uwsgi_temp_path {DATA}/nginx.uwsgi;
  scgi_temp_path {DATA}/nginx.scgi;
  types {{ }}
  default_type "text/plain; version=0.0.4; charset=utf-8";
  open_file_cache max=10;
  server {{ listen {port}; location / {{ root {root}; }} }}
}}
""")
    return root, config


def metrics(url):
    with urllib.request.urlopen(url, timeout=10) as answer:
        return answer.read().decode()


def total(text, name):
    return sum(
        float(value) for value in re.findall(rf"^{name}(?:{{[^}}]*}})? (\S+)$", text, re.M)
    )


def lateness(text):
    """The cumulative counts by bound of all jobs."""
    counts = {}
    pattern = r'^martlet_scrape_lateness_seconds_bucket{[^}]*le="([^"]+)"} (\S+)$'
    for bound, value in re.findall(pattern, text, re.M):
        counts[float(bound)] = counts.get(float(bound), 0) + float(value)
    return counts


def measure(count, port, options):
    own = free_port()
    addresses = [f"127.1.{n // 250}.{n % 250 + 1}:{port}" for n in range(count)]
    config = DATA / f"targets-{count}.yaml"
    listed = ", ".join(f'"{address}"' for address in addresses)
    config.write_text(f"""\
server: {{listen: "127.0.0.1:{own}"}}
global: {{scrape_interval: {options.interval}s, scrape_timeout: {min(options.interval, 10)}s}}
scrape_configs:
  - job_name: many
    static_configs: [{{targets: [{listed}]}}]
node: {{collectors: {{}}}}
logs: {{state_dir: {DATA / "state-targets"}, sources: []}}
""")
    url = f"http://127.0.0.1:{own}/metrics/agent"
    with Program([martlet(), "run", "--config", config], SUBJECT_CORE, f"targets-{count}") as agent:
        agent.wait_for(url)
        # One interval to make all series, a second one to rest.
        time.sleep(2 * options.interval + 5)
        before, cpu, begin = metrics(url), agent.cpu_seconds(), time.monotonic()
        time.sleep(options.minutes * 60)
        after, used = metrics(url), agent.cpu_seconds() - cpu
        seconds = time.monotonic() - begin
        agent.check()
        early, late = lateness(before), lateness(after)
        spread = {bound: late[bound] - early.get(bound, 0) for bound in late}
        scrapes = spread[float("inf")]
        failures = total(after, "martlet_scrape_failures_total") - total(
            before, "martlet_scrape_failures_total")
        within = [100 * spread[bound] / scrapes for bound in (0.005, 0.05)]
        row = [count, scrapes / seconds, failures, *within,
               scrapes - spread[0.05], used / seconds * 100, used / scrapes * 1e6,
               agent.memory("VmRSS"), agent.memory("RssAnon")]
    print(f"    {count} targets: " + ", ".join(
        f"<= {bound:g} s: {spread[bound]:.0f}" for bound in sorted(spread)))
    return row


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--counts", default="10,100,1000")
    parser.add_argument("--samples", type=int, default=500)
    parser.add_argument("--interval", type=int, default=15)
    parser.add_argument("--minutes", type=float, default=2)
    options = parser.parse_args()
    if (nginx := found("nginx")) is None:
        return
    port = free_port()
    root, config = nginx_configuration(port)
    (root / "metrics").write_text(exposition(options.samples))
    rows = []
    with Program([nginx, "-c", config, "-p", DATA], OTHER_CORE, "nginx") as server:
        server.wait_for(f"http://127.0.0.1:{port}/metrics")
        for count in map(int, options.counts.split(",")):
            print(f"==> {count} targets of {options.samples} samples, {options.minutes:g} minutes")
            rows.append(measure(count, port, options))
    table(
        f"Targets of {options.samples} samples every {options.interval} s",
        ["targets", "scrapes/s", "failed", "% within 5 ms", "% within 50 ms", "later", "% of a core",
         "µs CPU a scrape", "VmRSS MB", "of which anonymous"],
        rows,
    )


if __name__ == "__main__":
    main()
