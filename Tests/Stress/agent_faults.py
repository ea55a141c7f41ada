"""Kills, stops and reconfigures the agent, damages its checkpoints, fills its disk, moves its clock."""

import random
import signal
import time

# How long it may take until nothing is left that only the agent holds open.
CUSTODY_SECONDS = 30
START_SECONDS = 60
# How long after a disk was full it may take until the agent has tried again to write checkpoints.
UNWRITTEN_SECONDS = 3


class AgentFaults:
    """Runs in one thread; between two faults the agent works for a while."""

    def __init__(
        self, agent, names, configurations, state, clock, sinks, custody, ledger, seed, note, only=(),
    ):
        self._agent = agent
        self._names, self._configurations = names, configurations
        self._state = state
        self._clock = clock
        self._sinks = sinks
        self._custody = custody
        self._ledger = ledger
        self._rng = random.Random(f"{seed}/faults")
        self._note = note
        self._only = only
        self._unwritten_until = 0.0
        self._pipelines = 0
        self.done = {}

    def start(self):
        self._agent.start(START_SECONDS)
        self._custody.started(self._agent)

    def run(self, is_over, pause):
        while not is_over():
            pause(self._rng.uniform(1, 6))
            fault = self._rng.choice(self._faults())
            self.done[fault.__name__] = self.done.get(fault.__name__, 0) + 1
            fault(pause)
        self._clock.set(0)
        self._state.free()

    def _faults(self):
        faults = [
            self.kill, self.kill, self.kill_soon_after_start, self.kill_in_flight, self.stop,
            self.damage_checkpoints, self.damage_checkpoints, self.reload, self.refuse_reload,
            self.freeze,
        ]
        if self._state.is_limited:
            faults += [self.fill_disk, self.fill_disk_and_kill]
        if self._clock.is_movable:
            faults += [self.move_clock]
        return [fault for fault in faults if not self._only or fault.__name__ in self._only]

    # Faults

    def kill(self, pause):
        if self._down(signal.SIGKILL):
            pause(self._rng.choice((0, 0, 0.5, 3)))
            self.start()

    def kill_soon_after_start(self, pause):
        for _ in range(self._rng.randint(1, 3)):
            if not self._down(signal.SIGKILL):
                return
            self.start()
            pause(self._rng.uniform(0, 0.3))

    def kill_in_flight(self, pause):
        """While a sink has taken a request that it has not answered."""
        sink = self._rng.choice(self._sinks)
        sink.command(mode="slow", delay=0.5)
        pause(0.6)
        is_down = self._down(signal.SIGKILL)
        sink.command(mode="good")
        if is_down:
            self.start()

    def stop(self, pause):
        if self._down(signal.SIGTERM):
            pause(self._rng.choice((0, 1)))
            self.start()

    def damage_checkpoints(self, pause):
        if not self._down(self._rng.choice((signal.SIGKILL, signal.SIGTERM))):
            return
        names = [name for name in self._state.checkpoints() if self._rng.random() < 0.7]
        for sink in self._sinks:
            sink.catch_up()
            with sink.lock:
                if any(path.stem == sink.name for path in names):
                    sink.arrivals.checkpoint_damaged()
        for path in names:
            self._note(f"{path.name}: {damage(path, self._rng)}")
        self.start()

    def freeze(self, pause):
        """It has no time to look while files are rotated, compressed and copied."""
        self._note("frozen")
        self._agent.process.send_signal(signal.SIGSTOP)
        for sink in self._sinks:
            sink.catch_up()
            with sink.lock:
                sink.arrivals.agent_frozen()
        pause(self._rng.uniform(1, 10))
        self._agent.process.send_signal(signal.SIGCONT)

    def reload(self, pause):
        name = self._rng.choice(self._names)
        # Other options of logs make a new pipeline, which does not know of files without a name.
        with self._custody.stopping(CUSTODY_SECONDS) as allowed:
            if not allowed:
                return
            self._note(f"reload: {name}")
            self._ledger_now()
            self._pipelines += 1
            self._agent.configure(self._configurations(name, self._pipelines))
            self._reload(expected=1)
            for sink in self._sinks:
                sink.catch_up()
                with sink.lock:
                    sink.arrivals.pipeline_replaced()
            self._ledger.end_life()
            self._custody.started(self._agent)

    def refuse_reload(self, pause):
        self._note("reload: refused")
        good = self._agent.config_path.read_text()
        self._agent.configure("logs: {sinks: [{type: no such sink}]}")
        self._reload(expected=0)
        pause(0.5)
        self._agent.configure(good)
        self._reload(expected=1)

    def fill_disk(self, pause):
        self._note("disk full")
        self._state.fill()
        pause(self._rng.uniform(0.5, 5))
        self._state.free()
        self._unwritten_until = time.monotonic() + UNWRITTEN_SECONDS

    def fill_disk_and_kill(self, pause):
        self._note("disk full, then killed")
        for sink in self._sinks:
            sink.catch_up()
        self._state.fill()
        pause(self._rng.uniform(0.5, 5))
        self._unwritten_until = float("inf")
        self._down(signal.SIGKILL)
        self._state.free()
        self._unwritten_until = time.monotonic() + UNWRITTEN_SECONDS
        if not self._agent.is_running():
            self.start()

    def move_clock(self, pause):
        seconds = self._rng.choice((-400_000, -3_700, -5, 5, 3_700, 400_000, 0))
        self._note(f"clock {seconds:+d} s")
        self._clock.set(seconds)

    # Pieces of them

    def _down(self, number):
        with self._custody.stopping(CUSTODY_SECONDS) as allowed:
            if not allowed:
                self._note("not stopped: it holds files that have not arrived")
                return False
            self._note(signal.Signals(number).name)
            assert self._agent.is_running(), (
                f"the agent has ended by itself with {self._agent.process.returncode}"
            )
            self._ledger_now()
            if number == signal.SIGKILL:
                self._agent.kill()
            else:
                status, _ = self._agent.terminate(60)
                assert status == 0, f"the agent exited with {status} on SIGTERM"
            self._life_ends(is_killed=number == signal.SIGKILL)
            return True

    def _life_ends(self, is_killed):
        self._ledger.end_life()
        for sink in self._sinks:
            sink.catch_up()
            with sink.lock:
                if is_killed:
                    sink.arrivals.agent_killed()
                    if time.monotonic() < self._unwritten_until:
                        # What was not written down is as good as damaged.
                        sink.arrivals.checkpoint_damaged()
                else:
                    sink.arrivals.agent_stopped()

    def _ledger_now(self):
        try:
            self._ledger.read()
        except OSError as error:
            self._note(f"the ledger did not answer: {error}")

    def _reload(self, expected):
        """Sends SIGHUP until the agent says that it has come to that result."""
        before = self._reloads()
        self._agent.reload()
        deadline = time.monotonic() + START_SECONDS
        while self._reloads() == before:
            assert time.monotonic() < deadline, "the agent does not reload"
            time.sleep(0.1)
        state = self._agent.metric("martlet_config_last_reload_successful")
        assert state == expected, f"reload successful: {state}, expected {expected}"

    def _reloads(self):
        metrics = self._agent.metrics("/metrics/agent")
        return sum(metrics.total(f"martlet_config_{name}_total") for name in ("reloads", "refusals"))


def damage(path, rng):
    """Damages a file in one of the ways that disks and people do; says which."""
    kind = rng.choice(("bits", "bits", "truncated", "deleted", "empty", "garbage"))
    content = bytearray(path.read_bytes()) if path.exists() else bytearray()
    if kind == "deleted" or not content:
        path.unlink(missing_ok=True)
        return "deleted"
    if kind == "bits":
        for _ in range(rng.randint(1, 8)):
            content[rng.randrange(len(content))] ^= 1 << rng.randrange(8)
    elif kind == "truncated":
        del content[rng.randrange(len(content)):]
    elif kind == "empty":
        content.clear()
    else:
        at = rng.randrange(len(content))
        content[at:at] = rng.randbytes(rng.randint(1, 5000))
    path.write_bytes(content)
    return kind
