"""One program under test: started, watched, stopped, its output kept in files."""

import os
import signal
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

from waiting import wait_until


class ChildProcess:
    """A program with its output in `folder`/NAME.out and NAME.err; both are appended to."""

    def __init__(self, name, arguments, folder, environment=None):
        self.name = name
        self.arguments = [str(argument) for argument in arguments]
        self.folder = folder
        self.environment = environment or {}
        self.process = None
        self.output_path = folder / f"{name}.out"
        self.error_path = folder / f"{name}.err"

    def spawn(self):
        assert not self.is_running(), f"{self.name} runs already"
        environment = {**os.environ, **self.environment}
        with open(self.output_path, "ab") as output, open(self.error_path, "ab") as error:
            self.process = subprocess.Popen(
                self.arguments, stdin=subprocess.DEVNULL, stdout=output, stderr=error,
                cwd=self.folder, env=environment,
            )

    @property
    def pid(self):
        return self.process.pid

    def is_running(self):
        return self.process is not None and self.process.poll() is None

    def wait(self, timeout):
        """The exit status, negative for a signal; fails the test when `timeout` passes first."""
        try:
            return self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"{self.name} did not exit within {timeout} s") from None

    def signal(self, number):
        self.process.send_signal(number)

    def freeze(self):
        """SIGSTOP, and wait until no thread of it runs."""
        self.signal(signal.SIGSTOP)
        tasks = Path(f"/proc/{self.pid}/task")
        wait_until(
            lambda: all("T (stopped)" in (task / "status").read_text() for task in tasks.iterdir()),
            10, "every thread to stand still", interval=0.01,
        )

    def thaw(self):
        self.signal(signal.SIGCONT)

    def kill(self):
        """SIGKILL, and wait until the process is gone."""
        if self.is_running():
            self.process.kill()
        if self.process is not None:
            self.process.wait()

    def terminate(self, timeout=40):
        """SIGTERM; returns the exit status and the seconds it took."""
        begin = time.monotonic()
        self.signal(signal.SIGTERM)
        status = self.wait(timeout)
        return status, time.monotonic() - begin

    def output(self):
        return self.output_path.read_text(errors="replace") if self.output_path.exists() else ""

    def errors(self):
        return self.error_path.read_text(errors="replace") if self.error_path.exists() else ""

    def print_tail(self, lines=60):
        """Shows the end of what the program said; pytest prints it for failed tests only."""
        for path, text in ((self.output_path, self.output()), (self.error_path, self.errors())):
            tail = [line[:600] for line in text.splitlines()[-lines:]]
            if tail:
                print(f"--- {path.name}, last {len(tail)} lines", *tail, sep="\n")

    def wait_for_http(self, url, timeout=30):
        """Waits until `url` answers 200; says so at once if the program has exited."""

        def answers():
            assert self.is_running(), (
                f"{self.name} exited with {self.process.returncode}:\n{self.errors()[-2000:]}"
            )
            try:
                with urllib.request.urlopen(url, timeout=5) as response:
                    return response.status == 200
            except urllib.error.HTTPError:
                return False

        wait_until(answers, timeout, f"{url} to answer 200")
