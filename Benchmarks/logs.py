"""Container log files to a bulk sink: megabytes a CPU second, records lost, peak memory.

usage: logs.py [--files N] [--records N]
"""

import argparse
import shutil
import time

from generate_logs import generate
from measuring import DATA, SUBJECT_CORE, Program, Receiver, found, free_port, martlet, table

STALL_SECONDS = 30


def deliver(program_arguments, name, receiver, lines_expected):
    """Runs one program until everything has arrived; returns its figures."""
    begin = time.monotonic()
    with Program(program_arguments, SUBJECT_CORE, name) as program:
        seen, moved = -1, begin
        while seen < lines_expected and time.monotonic() - moved < STALL_SECONDS:
            time.sleep(0.02)
            program.check()
            now = receiver.stats()["lines"]
            if now != seen:
                seen, moved = now, time.monotonic()
        # The confirmation of the last batch is part of the work.
        time.sleep(0.2)
        cpu, peak = program.cpu_seconds(), program.memory("VmHWM")
    return {"lines": seen, "cpu": cpu, "peak": peak, "wall": receiver.stats()["last"] - begin}


def martlet_arguments(folder, receiver):
    state = DATA / "state"
    shutil.rmtree(state, ignore_errors=True)
    config = DATA / "logs.yaml"
    config.write_text(f"""\
server: {{listen: "127.0.0.1:{free_port()}"}}
kubernetes: {{node_name: bench}}
logs:
  state_dir: {state}
  sources: [{{name: containers, type: kubernetes, path: {folder}, read_from: beginning}}]
  sinks: [{{name: es, type: elasticsearch, url: "{receiver.url}", index: "logs-%{{+YYYY.MM.dd}}"}}]
""")
    return [martlet(), "run", "--config", config]


def fluent_bit_arguments(program, folder, receiver):
    config = DATA / "fluent-bit.conf"
    config.write_text(f"""\
[SERVICE]
    flush 1
    log_level warn
[INPUT]
    name tail
    path {folder}/*.log
    multiline.parser cri
    read_from_head true
    tag kube.*
[OUTPUT]
    name es
    match *
    host 127.0.0.1
    port {receiver.port}
    index logs
    suppress_type_name on
""")
    return [program, "-c", config]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--files", type=int, default=4)
    parser.add_argument("--records", type=int, default=600_000, help="in each file")
    options = parser.parse_args()

    folder = DATA / f"logs-{options.files}-{options.records}"
    if not folder.exists():
        print(f"==> Writing the workload into {folder}")
        partial = folder.with_suffix(".partial")
        shutil.rmtree(partial, ignore_errors=True)
        generate(partial, options.files, options.records)
        partial.rename(folder)
    size = sum(len(path.read_bytes()) for path in folder.iterdir())  # and into the page cache
    records = options.files * options.records
    print(f"==> {size / 1e6:.0f} MB, {records} records, one core each for sender and receiver")

    runs = {"martlet": martlet_arguments}
    peer = found("fluent-bit")
    if peer:
        runs["fluent-bit"] = lambda *rest: fluent_bit_arguments(peer, *rest)
    rows, base = [], None
    for name, arguments in runs.items():
        print(f"==> {name}")
        with Receiver() as receiver:
            got = deliver(arguments(folder, receiver), name, receiver, 2 * records)
        rate = size / 1e6 / got["cpu"]
        base = base or rate
        rows.append([
            name, got["cpu"], got["wall"], rate, records / got["cpu"], got["lines"] / 2 - records,
            got["peak"], base / rate,
        ])
    table(
        "Logs: files to a bulk sink on loopback",
        ["program", "CPU s", "wall s", "MB/CPU s", "records/CPU s", "records over (+) or lost (-)",
         "VmHWM MB", "martlet is x times"],
        rows,
    )


if __name__ == "__main__":
    main()
