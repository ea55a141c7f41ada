"""Resident memory and CPU with every collector on and nothing to do.

usage: idle.py [--minutes N]
"""

import argparse
import time

from measuring import DATA, SUBJECT_CORE, Program, free_port, martlet, table


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=10)
    options = parser.parse_args()

    DATA.mkdir(exist_ok=True)
    (DATA / "no-pods").mkdir(exist_ok=True)
    port = free_port()
    config = DATA / "idle.yaml"
    config.write_text(f"""\
server: {{listen: "127.0.0.1:{port}"}}
global: {{scrape_interval: 15s}}
logs:
  state_dir: {DATA / 'state-idle'}
  sources: [{{name: containers, type: kubernetes, path: {DATA / 'no-pods'}}}]
""")
    with Program([martlet(), "run", "--config", config], SUBJECT_CORE, "idle") as program:
        program.wait_for(f"http://127.0.0.1:{port}/metrics")
        cpu, begin = program.cpu_seconds(), time.monotonic()
        print(f"==> martlet idle for {options.minutes:g} minutes")
        time.sleep(options.minutes * 60)
        program.check()
        used = (program.cpu_seconds() - cpu) / (time.monotonic() - begin)
        row = ["martlet", program.memory("VmRSS"), program.memory("RssAnon"),
               program.memory("VmHWM"), used * 100]
    table(
        f"Idle for {options.minutes:g} minutes",
        ["program", "VmRSS MB", "of which anonymous", "VmHWM MB", "% of a core"], [row],
    )


if __name__ == "__main__":
    main()
