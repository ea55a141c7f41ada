"""Programs that write container logs while an agent reads them."""

import multiprocessing
import os
import random
import time

LINE_BYTES = 512
# A steady writer wakes up so often; more would measure the writer.
TICK = 0.02
# Lines of one write: a file's readers wait for it, so that one without bounds would be another test.
WRITE_LINES = 2000
# The kubelet looks so often whether a log is to be rotated.
ROTATE_SECONDS = 10


def container_log(folder, number, name="web"):
    """A container's log, empty, where the kubelet has it."""
    path = folder / f"shop_{name}-{number}_uid-{name}-{number}" / "app" / "0.log"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    return path


def cri(text):
    """A line as containerd writes it."""
    now = time.time_ns()
    seconds = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now // 10**9))
    return f"{seconds}.{now % 10**9:09d}Z stdout F {text}\n".encode()


class Writer(multiprocessing.Process):
    """A process that writes until the `with` block ends; `written` counts its lines."""

    def __init__(self):
        super().__init__(daemon=True)
        self.stopping = multiprocessing.Event()
        self.count = multiprocessing.Value("q", 0)

    @property
    def written(self):
        return self.count.value

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *exception):
        self.stop()

    def stop(self):
        self.stopping.set()
        self.join()


class SteadyWriter(Writer):
    """Appends lines of 512 bytes to some files in turn, so many megabytes a second in all.

    With `rotates` a file is renamed every ten seconds and the one before it removed, as the kubelet
    does with a container that writes more than its limit between two looks.
    """

    def __init__(self, paths, megabytes, rotates=False):
        super().__init__()
        self.paths, self.rotates = paths, rotates
        self.lines_a_second = megabytes * 1e6 / LINE_BYTES

    def run(self):
        files = [open(path, "ab", buffering=0) for path in self.paths]
        line = cri("")[:-1]
        line += b"a line of the usual length ".ljust(LINE_BYTES - len(line) - 1, b"x") + b"\n"
        begin = rotated = time.monotonic()
        written = turn = 0
        while not self.stopping.wait(TICK):
            now = time.monotonic()
            if self.rotates and now - rotated >= ROTATE_SECONDS:
                rotated = now
                files = [self.rotate(path, file) for path, file in zip(self.paths, files)]
            due = int((now - begin) * self.lines_a_second) - written
            for start in range(0, due, WRITE_LINES):
                files[turn % len(files)].write(line * min(WRITE_LINES, due - start))
            written += due
            turn += 1
            self.count.value = written

    @staticmethod
    def rotate(path, file):
        file.close()
        for old in path.parent.glob("0.log.*"):
            old.unlink()
        path.rename(f"{path}.{time.strftime('%Y%m%d-%H%M%S')}")
        return open(path, "ab", buffering=0)


class MarkedWriter(Writer):
    """Appends one line after the other to files taken by chance, each saying when it was written."""

    def __init__(self, paths, gap):
        super().__init__()
        self.paths, self.gap = paths, gap

    def run(self):
        rng = random.Random(7)
        files = [os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
                 for path in self.paths]
        while not self.stopping.wait(rng.uniform(*self.gap)):
            file = rng.choice(files)
            os.write(file, cri(f"a quiet line; sent_ns={time.monotonic_ns()};"))
            self.count.value += 1
