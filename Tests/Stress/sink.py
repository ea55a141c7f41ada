"""A bulk receiver in a process of its own: it keeps ids, misbehaves on demand, reports arrivals.

Commands come as JSON lines on standard input; each is answered once it is in force:
{"mode": NAME, ...} or {"listen": true | false}. What happens goes to standard output, one line
each, fields separated by tabs:

    item REQUEST STATUS WRITER STREAM NUMBER ID INDEX   what became of one item
    end REQUEST VERDICT SECONDS     how the request ended; `split N` asked for parts
    foreign TEXT                    a document that nobody wrote
    done                            a command is in force
"""

import hashlib
import json
import os
import random
import select
import socket
import sys
import threading
import time
from collections import deque
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "EndToEnd"))

from bulk_receiver import JSON, BulkReceiver  # noqa: E402
from http_receiver import ReceiverHandler  # noqa: E402
from records import parse  # noqa: E402


class Handler(ReceiverHandler):
    """One connection of the agent."""

    def do_POST(self):
        sink = self.server.receiver
        begin = time.monotonic()
        mode = sink.mode
        request = sink.next_request()
        verdict = "cut"
        try:
            if mode["mode"] == "cut body" and sink.chance(mode["share"]):
                self.rfile.read(int(self.headers["Content-Length"]) // 2)
                self.close_connection = True
                verdict = "refused"
                return
            body = self.read_body()
            time.sleep(mode.get("delay", 0.0))
            if self._is_left():
                # Its sender is gone already: nothing that is stored now will be known to it.
                verdict = "orphan"
            verdict = self._answer(sink, mode, request, body, verdict)
        finally:
            took = time.monotonic() - begin
            # What came while this process was stopped had waited before it was seen here.
            waited = sink.pauses.since(begin - sink.timeout)
            if verdict in ("clean", "partial") and took + waited > sink.doubtful_after:
                verdict = "cut"
            sink.report("end", request, verdict, f"{took:.3f}")

    def _answer(self, sink, mode, request, body, verdict):
        name = mode["mode"]
        if name == "status" and sink.chance(mode["share"]):
            self.respond(mode["status"], mode.get("headers", {}), b'{"error":"injected"}')
            return "refused"
        if name == "too large" and len(body) > mode["limit"]:
            self.respond(413, {}, b'{"error":"injected"}')
            return f"split {body.count(10) // 2}"
        if name == "nonsense" and sink.chance(mode["share"]):
            self.respond(200, {}, b"\x00\xff<html>}}not what was asked for{{")
            return "refused"
        status, headers, answer, outcome = sink.take(request, self.path, self.headers, body, mode)
        if name == "cut answer" and sink.chance(mode["share"]):
            self.close_connection = True
            if sink.chance(0.5):
                self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 4096\r\n\r\n{\"took\":")
            return verdict
        self.respond(status, headers, answer)
        if verdict == "orphan" or self._is_left() or not sink.is_listening:
            return verdict
        return outcome

    def _is_left(self):
        """Whether the other side has closed."""
        try:
            readable, _, _ = select.select([self.connection], [], [], 0)
            return bool(readable) and not self.connection.recv(1, socket.MSG_PEEK)
        except OSError:
            return True


class Pauses:
    """Notices when this process did not run: it was stopped, or others had the processor."""

    _BEAT = 0.05

    def __init__(self):
        self._lock = threading.Lock()
        self._last = time.monotonic()
        self._pauses = deque(maxlen=100)  # (when it ended, how long it was)
        threading.Thread(target=self._run, daemon=True).start()

    def since(self, moment):
        """The seconds in which it did not run, of pauses that ended after a moment."""
        with self._lock:
            lasting = time.monotonic() - self._last - self._BEAT
            return max(lasting, 0) + sum(length for end, length in self._pauses if end > moment)

    def _run(self):
        while True:
            time.sleep(self._BEAT)
            with self._lock:
                now = time.monotonic()
                length = now - self._last - self._BEAT
                self._last = now
                if length > self._BEAT:
                    self._pauses.append((now, length))


class Sink(BulkReceiver):
    """Knows every id; a `create` of one that is known answers 409."""

    handler = Handler

    def __init__(self, seed, timeout):
        super().__init__()
        self.mode = {"mode": "good"}
        self.is_listening = False
        self.timeout = timeout
        self.doubtful_after = timeout * 0.7
        self.pauses = Pauses()
        self._ids = {}  # eight bytes of an id's hash -> eight bytes of the document's
        self._random = random.Random(seed)
        self._requests = 0
        self._output = threading.Lock()

    def chance(self, share):
        with self.lock:
            return self._random.random() < share

    def next_request(self):
        with self.lock:
            self._requests += 1
            return self._requests

    def report(self, *fields):
        self._write("\t".join(map(str, fields)) + "\n")

    def _write(self, text):
        """Writes past Python's buffers: in one of many runs a line that was under way at a SIGSTOP was cut."""
        rest = text.encode()
        with self._output:
            while rest:
                rest = rest[os.write(sys.stdout.fileno(), rest):]

    def take(self, request, path, headers, body, mode):
        """Stores what a request brings; the answer, and `clean` or `partial`."""
        with self.lock:
            self._lines, self._mode, self._is_clean = [], mode, True
            self._request = request
            status, headers, answer = self.handle_post(path, headers, body)
            if status != 200:
                report = [f"answered {status}", "", "", str(self.malformed[-1:])]
                self._lines.append("foreign\t" + json.dumps(report))
            # While the lock is held, so that reports come in the order in which it was stored.
            self._write("".join(line + "\n" for line in self._lines))
            self.batches.clear()
            return status, headers, answer, "clean" if self._is_clean else "partial"

    def _store(self, action, metadata, document):
        text, identifier = document.get("log"), metadata.get("_id", "")
        parsed = parse(text) if isinstance(text, str) else None
        origin = document.get("kubernetes", {}).get("pod_name") or document.get("file", "")
        if parsed is None or not parsed[3] or action != "create" or not identifier:
            self._lines.append("foreign\t" + json.dumps([action, identifier, origin, text]))
            return {"status": 201}
        writer, stream, number, _ = parsed
        status, answer = self._judge(identifier, text, number)
        self._lines.append(
            f"item\t{self._request}\t{status}\t{writer}\t{stream}\t{number}\t{identifier}"
            f"\t{metadata.get('_index', '')}"
        )
        return answer

    def _judge(self, identifier, text, number):
        key, digest = _hash(identifier), _hash(text)
        if key in self._ids:
            # Not the same content under one id: the later one would be lost in a real store.
            status = "known" if self._ids[key] == digest else "collision"
            return status, _error(409, "version_conflict_engine_exception")
        if self._mode["mode"] == "turn away" and self.chance(self._mode["share"]):
            self._is_clean = False
            return "away", _error(429, "es_rejected_execution_exception")
        if self._mode["mode"] == "poison" and number % self._mode["every"] == 0:
            return "refused", _error(400, "mapper_parsing_exception")
        self._ids[key] = digest
        return "new", {"status": 201}

    # Commands

    def obey(self, command):
        if "mode" in command:
            self.mode = command
        if command.get("listen") is True and not self.is_listening:
            self.start()
            self.is_listening = True
        if command.get("listen") is False and self.is_listening:
            self.is_listening = False
            self.stop()


def _hash(text):
    return hashlib.blake2b(text.encode(), digest_size=8).digest()


def _error(status, kind):
    return {"status": status, "error": {"type": kind, "reason": "injected"}}


def main():
    seed, timeout = sys.argv[1], float(sys.argv[2])
    sink = Sink(seed, timeout)
    sink.report("port", sink.port)
    for line in sys.stdin:
        sink.obey(json.loads(line))
        sink.report("done")


if __name__ == "__main__":
    main()
