"""One container of one pod: it writes as container runtimes do, restarts, is rotated."""

import os
import uuid

from container_log import timestamp
from log_files import LogFile, Numbering
from records import body, trace

PIECE_LIMIT = 16384
# The namespace whose containers write records of several lines, too.
TRACES = "traces"


class PodContainer:
    """`FOLDER/NAMESPACE_POD_UID/CONTAINER/ATTEMPT.log` with numbered records on two streams."""

    def __init__(self, folder, writer, rng, is_short_lived=False):
        self.writer = writer
        self.namespace = rng.choice(("shop", "search", "kube-system", "shop", TRACES))
        self.pod = f"pod-{writer}"
        self.container = rng.choice(("app", "sidecar"))
        identity = uuid.UUID(int=rng.getrandbits(128), version=4)
        self.pod_folder = folder / f"{self.namespace}_{self.pod}_{identity}"
        self.folder = self.pod_folder / self.container
        self.folder.mkdir(parents=True)
        self.attempt = 0
        self.numberings = {"stdout": Numbering(), "stderr": Numbering()}
        self.retired = []  # rotated plain files and those of earlier attempts, oldest first
        self.rotation_size = rng.choice((24, 48, 96, 192)) << 10
        self.max_files = rng.randint(2, 5)
        self.rate = rng.choice((5, 20, 20, 60)) if not is_short_lived else 200
        # Both parts of records that a rotation has cut in two, with their streams and numbers.
        self.fragments = {}
        self._rng = rng
        self._held = {"stdout": [], "stderr": []}  # pieces that are still to be written
        self._begun = {"stdout": b"", "stderr": b""}  # what was written before them
        self._open()

    @property
    def path(self):
        return self.folder / f"{self.attempt}.log"

    def size(self):
        return self._file.tell()

    # Writing

    def write(self, seconds):
        """About as many records as are due, now and then far more."""
        due = self.rate * seconds
        if self._rng.random() < 0.004:
            due += self._rng.randint(200, 3000)
        count = int(due) + (self._rng.random() < due % 1)
        for _ in range(count):
            self._write_one()
        if not count:
            self.finish_partials()
        self._file.flush()

    def _write_one(self):
        stream = "stderr" if self._rng.random() < 0.25 else "stdout"
        if self._held[stream]:
            self._write_piece(stream)
            return
        numbering = self.numberings[stream]
        numbering.note(str(self.path), self._file.tell())
        number = numbering.count
        numbering.count += 1
        if self.namespace == TRACES and self._rng.random() < 0.1:
            for line in trace(self.writer, stream, number, self._rng.randint(1, 20)).split("\n"):
                self._line(stream, "F", line.encode())
            return
        kind = self._rng.random()
        length = self._rng.randint(0, 200) if kind < 0.995 else self._rng.randint(10_000, 60_000)
        text = body(self.writer, stream, number, length, self._rng).encode()
        if length > 200:
            self._split(stream, text, lambda: PIECE_LIMIT)
        elif kind < 0.05:
            # conmon ends a piece wherever a read ended, in the middle of a character too.
            self._split(stream, text, lambda: self._rng.randint(1, 60))
        else:
            self._line(stream, "F", text)

    def _split(self, stream, text, limit):
        held = self._held[stream]
        while text:
            length = limit()
            held.append(text[:length])
            text = text[length:]
        self._write_piece(stream)

    def _write_piece(self, stream):
        held = self._held[stream]
        self._line(stream, "F" if len(held) == 1 else "P", held[0])
        self._begun[stream] = self._begun[stream] + held[0] if len(held) > 1 else b""
        del held[0]

    def _line(self, stream, tag, content):
        self._file.write(f"{timestamp()} {stream} {tag} ".encode() + content + b"\n")

    def finish_partials(self):
        for stream, held in self._held.items():
            while held:
                self._write_piece(stream)

    # Files

    def _open(self):
        self._file = open(self.path, "ab")
        self.current = LogFile(self.path, self.writer)

    def rename(self, stamp):
        """First half of a rotation; False when the name is taken."""
        target = self.path.with_name(f"{self.path.name}.{stamp}")
        if target.exists() or target.with_name(target.name + ".gz").exists():
            return False
        self._file.flush()
        self.path.rename(target)
        self.current.path = target
        return True

    def rename_back(self):
        """What the kubelet does when the runtime does not reopen."""
        self.current.path.rename(self.path)
        self.current.path = self.path

    def reopen(self):
        """Second half of a rotation."""
        self._retire()
        self._open()

    def restart(self):
        """The container ends, sometimes in the middle of a line, and begins again."""
        self._end()
        self._retire()
        self.attempt += 1
        self._open()

    def _end(self):
        for stream, held in self._held.items():
            if held and self._rng.random() < 0.5:
                # A last line without an end: all of it stands in pieces that are called partial.
                for piece in held:
                    self._line(stream, "P", piece)
                held.clear()
                self._begun[stream] = b""
        self.finish_partials()
        self._file.flush()

    def _retire(self):
        self._file.close()
        for stream, held in self._held.items():
            if held:
                for part in (self._begun[stream], b"".join(held)):
                    place = stream, self.numberings[stream].count - 1
                    self.fragments.setdefault(part.decode(errors="replace"), []).append(place)
        self.current.seal(self.numberings)
        self.retired.append(self.current)

    def end(self):
        """The container ends for good."""
        self._end()
        self._retire()

    def names(self):
        return sorted(os.listdir(self.folder))
