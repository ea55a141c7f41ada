"""Resident memory and CPU of many log files of which none is written.

usage: idle_files.py [--files N] [--minutes N]
"""

import argparse
import shutil
import time

from measuring import DATA, SUBJECT_CORE, Program, Receiver, free_port, martlet, table

LINE = "2026-11-23T01:30:00.{number:09d}Z stdout F a line that was written long ago\n"


def make(folder, files, containers):
    """Log files of containers as the kubelet keeps them; without containers all in one folder."""
    shutil.rmtree(folder, ignore_errors=True)
    for number in range(files):
        if containers:
            path = folder / f"shop_web-{number}_uid-{number}" / "app" / "0.log"
        else:
            path = folder / f"{number}.log"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(LINE.format(number=number))


def run(name, source, files, minutes):
    shutil.rmtree(DATA / "state-idle-files", ignore_errors=True)
    port = free_port()
    config = DATA / "idle-files.yaml"
    with Receiver() as receiver:
        config.write_text(f"""\
server: {{listen: "127.0.0.1:{port}"}}
node: {{collectors: {{}}}}
logs:
  state_dir: {DATA / 'state-idle-files'}
  sources: [{source}]
  sinks: [{{name: es, type: elasticsearch, url: "{receiver.url}", index: logs}}]
""")
        with Program([martlet(), "run", "--config", config], SUBJECT_CORE, "idle-files") as program:
            program.wait_for(f"http://127.0.0.1:{port}/metrics")
            begin = time.monotonic()
            while receiver.stats()["lines"] < files:
                program.check()
                if time.monotonic() - begin > 120:
                    raise SystemExit("the files were not read within two minutes")
                time.sleep(0.1)
            start = time.monotonic() - begin
            # What was needed for reading is given back after a while at rest.
            time.sleep(20)
            cpu, begin = program.cpu_seconds(), time.monotonic()
            print(f"==> {files} files, {name}, for {minutes:g} minutes")
            time.sleep(minutes * 60)
            program.check()
            used = (program.cpu_seconds() - cpu) / (time.monotonic() - begin)
            return [name, files, start, program.memory("VmRSS"), program.memory("RssAnon"),
                    program.memory("VmHWM"), used * 100]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--minutes", type=float, default=3)
    options = parser.parse_args()

    DATA.mkdir(exist_ok=True)
    folder = DATA / "idle-files"
    rows = []
    try:
        make(folder, options.files, containers=True)
        source = f"{{name: pods, type: kubernetes, path: {folder}}}"
        rows.append(run("of as many containers", source, options.files, options.minutes))
        make(folder, options.files, containers=False)
        source = f'{{name: files, type: file, include: ["{folder}/*.log"]}}'
        rows.append(run("in one folder", source, options.files, options.minutes))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    table(
        "Log files that nobody writes",
        ["files", "number", "s until read", "VmRSS MB", "of which anonymous", "VmHWM MB",
         "% of a core"],
        rows,
    )


if __name__ == "__main__":
    main()
