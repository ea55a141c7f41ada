"""Writes one container's log the way containerd does, and rotates it the way the kubelet does."""

import gzip
import os
import random
from datetime import datetime, timezone

POD_UID = "7a4b0c1e-52b1-4c5e-9d57-0f6a8f5b2c11"


def timestamp():
    """RFC 3339 with nine digits, UTC."""
    now = datetime.now(timezone.utc)
    return now.strftime("%Y-%m-%dT%H:%M:%S.") + f"{now.microsecond:06d}789Z"


class ContainerLog:
    """`FOLDER/NAMESPACE_POD_UID/CONTAINER/0.log`, with numbered records.

    `expected` holds, for every record written whole so far, its joined text and its stream.
    """

    def __init__(self, folder, namespace="shop", pod="web-5d9c7", container="app", seed=1):
        self.directory = folder / f"{namespace}_{pod}_{POD_UID}" / container
        self.directory.mkdir(parents=True)
        self.path = self.directory / "0.log"
        self.namespace, self.pod, self.container = namespace, pod, container
        self.expected = {}
        self.lines = 0
        self.rotated = []
        self._random = random.Random(seed)
        self._file = open(self.path, "ab")
        self._held = {"stdout": [], "stderr": []}  # pieces of records that are not whole yet
        self._rotations = 0

    def raw(self, content):
        """Bytes exactly as given, with no check."""
        self._file.write(content)
        self._file.flush()

    def line(self, stream, tag, content):
        self._file.write(f"{timestamp()} {stream} {tag} {content}\n".encode())
        self.lines += 1

    def record(self, text=None, stream="stdout"):
        """One whole record in one line."""
        text = f"record {len(self.expected):07d}" if text is None else text
        self.line(stream, "F", text)
        self.expected[text] = stream
        self._file.flush()
        return text

    def write(self, lines):
        """That many physical lines: whole records, and partial ones that interleave by stream."""
        for _ in range(lines):
            stream = "stderr" if self._random.random() < 0.3 else "stdout"
            held = self._held[stream]
            number = len(self.expected) + sum(map(bool, self._held.values()))
            piece = self._random.choice(("alpha ", "  beta ", "gämma ", "\"δ\\ ", "omega\t"))
            if held:
                if self._random.random() < 0.4:
                    held.append(piece * self._random.randint(1, 30))
                    self.line(stream, "P", held[-1])
                else:
                    self._finish(stream, piece)
            elif self._random.random() < 0.05:
                held.append(f"{self.pod} partial {number:07d} {stream} {self.lines} ")
                self.line(stream, "P", held[-1])
            else:
                text = f"{self.pod} whole {number:07d} {stream} {self.lines} {piece}"
                text += "x" * self._random.randint(0, 200)
                self.line(stream, "F", text)
                self.expected[text] = stream
        self._file.flush()

    def _finish(self, stream, piece):
        held = self._held[stream]
        self.line(stream, "F", piece)
        self.expected["".join(held) + piece] = stream
        held.clear()

    def finish_partials(self):
        """Ends every record that is still open, so that all of them are expected."""
        for stream, held in self._held.items():
            if held:
                self._finish(stream, "end")
        self._file.flush()

    def rename(self):
        """First half of a rotation: the live name is gone, the writer still appends to the file."""
        self._rotations += 1
        stamp = datetime.now().strftime("%Y%m%d-%H%M") + f"{self._rotations:02d}"
        target = self.path.with_name(f"{self.path.name}.{stamp}")
        self.path.rename(target)
        self.rotated.append(target)
        return target

    def reopen(self):
        """Second half: the runtime opens a new file under the live name."""
        self._file.close()
        self._file = open(self.path, "ab")

    def compress_oldest(self):
        """What the kubelet does to the older rotated file when it rotates again."""
        plain = self.rotated.pop(0)
        temporary = plain.with_name(plain.name + ".tmp")
        with open(plain, "rb") as source, gzip.open(temporary, "wb") as target:
            target.write(source.read())
        os.rename(temporary, str(plain) + ".gz")
        plain.unlink()

    def close(self):
        self._file.close()
