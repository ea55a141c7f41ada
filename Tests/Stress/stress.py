"""Writes numbered log records while the agent, its disk, its clock and its sinks are abused.

At the end every record must have arrived at every sink, once and whole and in order, or be in the
agent's ledger with a reason. Everything random comes from one seed.

usage: stress.py [--seconds N] [--seed N]...
"""

import argparse
import random
import shutil
import signal
import sys
import threading
import time
import traceback
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY / "Tests/EndToEnd"))

from agent import Agent  # noqa: E402
from agent_faults import AgentFaults  # noqa: E402
from custody import Custody  # noqa: E402
from ledger import Ledger  # noqa: E402
from pod_container import TRACES  # noqa: E402
from sink_moods import TIMEOUT, SinkMoods  # noqa: E402
from sink_process import SinkProcess  # noqa: E402
from state_folder import StateFolder, unmount  # noqa: E402
from verdict import Verdict  # noqa: E402
from wall_clock import WallClock  # noqa: E402
from workload import WORKLOADS  # noqa: E402
from world import World  # noqa: E402

# How long it may take until everything has arrived once all is well.
SETTLE_SECONDS = 240
FAILURE_LIMIT = 20
# What the configurations differ in that the agent is reloaded with.
SINK_OPTIONS = {
    "first": {},
    "small requests": {"max_request_bytes": "64KiB"},
    "slow flush": {"flush_interval": "1s"},
}


class Run:
    """One run with one seed."""

    def __init__(self, folder, seed, workload, seconds, only):
        self.folder, self.seed, self.seconds = folder, seed, seconds
        self.failures = []
        self.over = threading.Event()
        self._begin = time.monotonic()
        self._lock = threading.Lock()
        unmount(folder / "agent/state")
        shutil.rmtree(folder, ignore_errors=True)
        (folder / "agent").mkdir(parents=True)
        self._events = open(folder / "events.log", "w", buffering=1)
        self.state = StateFolder(folder / "agent/state")
        self.clock = WallClock(folder)
        self.agent = Agent(folder / "agent", environment=self.clock.environment)
        self.sinks = []
        self.custody = Custody(self.sinks)
        self.ledger = Ledger(self.agent, self.fail)
        self.world = World(folder, seed, WORKLOADS[workload], self.custody, self.note)
        for name in ("steady", "shaky"):
            self.sinks.append(SinkProcess(name, seed, TIMEOUT, self.world, self.fail))
        self.agent.configure(self._configuration("first", 0))
        self.faults = AgentFaults(
            self.agent, list(SINK_OPTIONS), self._configuration, self.state, self.clock, self.sinks, self.custody,
            self.ledger, seed, self.note, only,
        )

    def note(self, text):
        self._events.write(f"{time.monotonic() - self._begin:8.3f} {text}\n")

    def fail(self, text):
        with self._lock:
            if len(self.failures) < FAILURE_LIMIT:
                self.failures.append(text)
                self.note(f"FAILURE {text}")
        self.over.set()

    def run(self):
        """Whether all was well."""
        for what, is_there in (
            (f"no disk is filled: {self.state.reason}", self.state.is_limited),
            (f"no clock is moved: {self.clock.reason}", self.clock.is_movable),
        ):
            if not is_there:
                print(f"    {what}")
        self.faults.start()
        threads = self._start_threads()
        self.over.wait(self.seconds)
        self.over.set()
        self._join(threads)
        verdict = Verdict(self)
        if not self.failures:
            verdict.wait_until_settled(SETTLE_SECONDS)
            verdict.judge()
        if self.failures:
            verdict.explain()
        verdict.print_summary()
        return not self.failures

    def close(self):
        self.over.set()
        self.agent.kill()
        for sink in self.sinks:
            sink.close()
        self.state.close()
        self._events.close()

    def _start_threads(self):
        steady, shaky = self.sinks
        actors = {
            "world": lambda: self.world.run(self.over.is_set),
            "faults": lambda: self.faults.run(self.over.is_set, self.over.wait),
            "steady": lambda: SinkMoods(steady, self.seed, (8, 25), (0.5, 4), self.note).run(
                self.over.is_set, self.over.wait),
            "shaky": lambda: SinkMoods(shaky, self.seed, (1, 6), (1, 10), self.note).run(
                self.over.is_set, self.over.wait),
            "ledger": self._watch_ledger,
        }
        threads = [
            threading.Thread(target=self._guarded, args=(name, actor), name=name, daemon=True)
            for name, actor in actors.items()
        ]
        for thread in threads:
            thread.start()
        return threads

    def _guarded(self, name, actor):
        try:
            actor()
        except Exception as error:  # whatever it is, the run has failed
            self.fail(f"{name}: {error}\n{traceback.format_exc()}")

    def _join(self, threads):
        for thread in threads:
            thread.join(120)
            if thread.is_alive():
                self.fail(f"the thread {thread.name} does not come to its end")

    def _watch_ledger(self):
        while not self.over.wait(1.0):
            try:
                self.ledger.read()
            except OSError:
                continue  # it is down just now

    def _configuration(self, name, pipeline):
        """The index tells the sinks which of the agent's pipelines a request is from."""
        options = {
            "type": "elasticsearch", "index": f"stress-{pipeline}", "timeout": f"{TIMEOUT:.0f}s",
            "min_backoff": "100ms", "max_backoff": "1s", **SINK_OPTIONS[name],
        }
        # Without it, a lost checkpoint file is a first start, which reads none.
        compressed = {"compressed": True}
        return {
            "agent": {"drain_timeout": "5s"},
            "logs": {
                "sources": [
                    {
                        "name": "pods", "type": "kubernetes", "path": str(self.world.pods_folder),
                        **compressed,
                    },
                    {
                        "name": "plain", "type": "file", "path": str(self.world.plain_folder),
                        **compressed,
                    },
                ],
                "rules": [
                    {"name": "traces", "match": {"namespaces": [TRACES]}, "join": {"mode": "java"}},
                ],
                "sinks": [
                    {"name": sink.name, "url": sink.url, **options} for sink in self.sinks
                ],
            },
        }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=600, help="how long each run lasts")
    parser.add_argument("--seed", type=int, action="append", help="one run for each; default: random")
    parser.add_argument("--workload", choices=WORKLOADS, default="usual", help="what is written and rotated")
    parser.add_argument("--faults", help="only these of the agent's faults, separated by commas")
    parser.add_argument("--keep", action="store_true", help="keep the folder of runs that pass, too")
    options = parser.parse_args()
    # What was started and mounted is ended whatever ends the run.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    for seed in options.seed or [random.SystemRandom().randrange(1_000_000)]:
        print(f"==> Stress: {options.workload}, seed {seed}, {options.seconds:.0f} s", flush=True)
        folder = REPOSITORY / f".build/stress/{seed}"
        only = options.faults.split(",") if options.faults else ()
        run = Run(folder, seed, options.workload, options.seconds, only)
        try:
            is_well = run.run()
        finally:
            run.close()
        if not is_well:
            print(f"    again: make stress WORKLOAD={options.workload} SECONDS={options.seconds:.0f} SEED={seed}")
            print(f"    what there is to look at: {folder}")
            return 1
        if not options.keep:
            shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
