"""30 targets scraped every second and sent by remote write: samples a CPU second, peak memory.

usage: metrics.py [--targets N] [--samples N] [--seconds N]
"""

import argparse
import shutil
import time

from generate_metrics import exposition
from measuring import DATA, SUBJECT_CORE, Program, Receiver, found, free_port, martlet, table

WARM_UP_SECONDS = 15


def scrape_config(receiver, targets, extra=""):
    """The same scrape and remote write configuration for every program: Prometheus's own."""
    addresses = ", ".join(f'"127.0.0.{n}:{receiver.port}"' for n in range(1, targets + 1))
    return f"""\
global: {{scrape_interval: 1s, scrape_timeout: 1s}}
scrape_configs:
  - job_name: bench
    static_configs: [{{targets: [{addresses}]}}]
remote_write:
  - url: {receiver.url}/api/v1/write
    queue_config: {{capacity: 100000, max_samples_per_send: 10000}}
{extra}"""


def measure(arguments, name, receiver, seconds):
    """CPU and samples of one program over `seconds` after the warm-up."""
    with Program(arguments, SUBJECT_CORE, name) as program:
        time.sleep(WARM_UP_SECONDS)
        program.check()
        cpu, before, begin = program.cpu_seconds(), receiver.stats(), time.monotonic()
        time.sleep(seconds)
        program.check()
        cpu = program.cpu_seconds() - cpu
        after, wall = receiver.stats(), time.monotonic() - begin
        peak = program.memory("VmHWM")
    if after["refused"]:
        raise SystemExit(f"{name}: the receiver could not read {after['refused']:.0f} requests")
    return {
        "cpu": cpu, "wall": wall, "samples": after["samples"] - before["samples"],
        "bytes": after["bytes"] - before["bytes"], "peak": peak,
    }


def martlet_arguments(receiver, targets, message="prometheus.WriteRequest"):
    config = DATA / "metrics-martlet.yaml"
    state = DATA / "state-metrics"
    shutil.rmtree(state, ignore_errors=True)
    config.write_text(
        f'server: {{listen: "127.0.0.1:{free_port()}"}}\n'
        f"kubernetes: {{node_name: bench}}\nlogs: {{state_dir: {state}, sources: []}}\n"
        + scrape_config(receiver, targets, f"    protobuf_message: {message}\n")
    )
    return [martlet(), "run", "--config", config]


def vmagent_arguments(program, receiver, targets):
    config = DATA / "metrics-vmagent.yaml"
    queue = DATA / "vmagent-queue"
    shutil.rmtree(queue, ignore_errors=True)
    # vmagent takes the scrape half of the file; where samples go is a flag.
    config.write_text(scrape_config(receiver, targets).split("remote_write:")[0])
    return [
        program, f"-promscrape.config={config}", f"-remoteWrite.url={receiver.url}/api/v1/write",
        f"-remoteWrite.tmpDataPath={queue}", f"-httpListenAddr=127.0.0.1:{free_port()}",
        "-promscrape.maxScrapeSize=64MB", "-loggerLevel=WARN",
    ]


def prometheus_arguments(program, receiver, targets):
    config = DATA / "metrics-prometheus.yaml"
    storage = DATA / "prometheus-agent"
    shutil.rmtree(storage, ignore_errors=True)
    config.write_text(scrape_config(receiver, targets))
    return [
        program, "--enable-feature=agent", f"--config.file={config}",
        f"--storage.agent.path={storage}", f"--web.listen-address=127.0.0.1:{free_port()}",
        "--log.level=warn",
    ]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--targets", type=int, default=30)
    parser.add_argument("--samples", type=int, default=10_000, help="of each target, at least")
    parser.add_argument("--seconds", type=int, default=30)
    options = parser.parse_args()

    DATA.mkdir(exist_ok=True)
    served = DATA / "metrics.txt"
    body, samples = exposition(options.samples)
    served.write_text(body)
    rate = samples * options.targets
    print(f"==> {options.targets} targets of {samples} samples: {rate} samples/s")

    runs = {
        "martlet, 1.0": martlet_arguments,
        "martlet, 2.0": lambda *rest: martlet_arguments(
            *rest, message="io.prometheus.write.v2.Request"
        ),
    }
    if prometheus := found("prometheus"):
        runs["prometheus agent"] = lambda *rest: prometheus_arguments(prometheus, *rest)
    if vmagent := found("vmagent"):
        runs["vmagent"] = lambda *rest: vmagent_arguments(vmagent, *rest)
    rows, base = [], None
    for name, arguments in runs.items():
        print(f"==> {name}: {WARM_UP_SECONDS} s to warm up, {options.seconds} s measured")
        with Receiver(served) as receiver:
            program = arguments(receiver, options.targets)
            got = measure(program, name.replace(", ", "-").replace(" ", "-"), receiver, options.seconds)
        per_cpu = got["samples"] / got["cpu"] if got["cpu"] else float("nan")
        base = base or per_cpu
        rows.append([
            name, got["cpu"] / got["wall"], got["samples"] / got["wall"], per_cpu,
            got["bytes"] / max(got["samples"], 1), got["peak"], base / per_cpu,
        ])
    table(
        "Metrics: scrape to remote write",
        ["program", "cores", "samples/s", "samples/CPU s", "bytes/sample", "VmHWM MB",
         "martlet is x times"],
        rows,
    )


if __name__ == "__main__":
    main()
