"""One sink as the stress program holds it: its process, its arrivals, its moods."""

import json
import os
import queue
import signal
import subprocess
import sys
import threading
from pathlib import Path

from arrivals import NEVER, Arrivals

# How many there are in a line of each kind.
FIELDS = {"item": 7, "end": 3, "foreign": 1}


class SinkProcess:
    """Starts the sink; a thread reads its reports."""

    def __init__(self, name, seed, timeout, world, fail):
        self.name = name
        self.lock = threading.RLock()
        self.arrivals = Arrivals(name, fail)
        self.requests = 0
        self._world = world
        self._fail = fail
        self._answers = queue.Queue()
        self._commanding = threading.Lock()
        self._is_closing = False
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("sink.py")), f"{seed}/{name}",
             str(timeout)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        self.port = int(self._process.stdout.readline().split("\t")[1])
        self.url = f"http://127.0.0.1:{self.port}"
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.command(listen=True)

    def command(self, **command):
        """Returns once the sink obeys."""
        with self._commanding:
            self._process.stdin.write(json.dumps(command) + "\n")
            self._process.stdin.flush()
            self._answers.get(timeout=60)

    def catch_up(self):
        """Returns once everything that the sink had reported is entered."""
        self.command()

    def freeze(self):
        os.kill(self._process.pid, signal.SIGSTOP)

    def thaw(self):
        os.kill(self._process.pid, signal.SIGCONT)

    def close(self):
        self._is_closing = True
        self.thaw()
        self._process.kill()
        self._process.wait()

    def _read(self):
        for line in self._process.stdout:
            kind, *fields = line.rstrip("\n").split("\t")
            if kind == "done":
                self._answers.put(None)
            elif len(fields) != FIELDS.get(kind):
                self._fail(f"the sink {self.name} reported what can't be read: {line!r}")
            elif kind == "foreign":
                with self.lock:
                    self._judge_foreign(fields[0])
            else:
                with self.lock:
                    self._enter(kind, fields)
        if not self._is_closing:
            self._fail(f"the process of the sink {self.name} has ended")

    def _judge_foreign(self, report):
        action, identifier, pod, text = json.loads(report)
        # Without the position in one of two files the agent can't join what a rotation has cut: it
        # sends the part that it finds. The whole record has arrived before.
        known = any(
            self.arrivals.stream(writer, stream).state(number) != NEVER
            for writer, stream, number in self._world.records_with(pod, text)
        )
        if self.arrivals.epoch and identifier and known:
            self.arrivals.fragments += 1
        else:
            self._fail(f"{self.name} was sent what nobody wrote: {report[:600]}")

    def _enter(self, kind, fields):
        if kind == "item":
            request, status, writer, stream, number, identifier, index = fields
            self.arrivals.item(
                int(request), status, writer, stream, int(number), identifier, index,
            )
        else:
            self.requests += 1
            self.arrivals.end(int(fields[0]), fields[1])
