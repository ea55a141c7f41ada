"""A plain file that a program of the node writes: one record a line."""

from log_files import Numbering
from records import body


class PlainLog:
    """`FOLDER/NAME.log`; those that rotate it keep what it was before as NAME.log.1 and so on."""

    def __init__(self, folder, writer, rotation_kilobytes, rng):
        folder.mkdir(parents=True, exist_ok=True)
        self.writer = writer
        self.path = folder / f"{writer}.log"
        self.numberings = {"plain": Numbering()}
        self.rotation_size = rng.choice(rotation_kilobytes) << 10
        self.rate = rng.choice((10, 30))
        self.older = []  # newest first
        self._rng = rng
        # Without O_APPEND a writer goes on where it was when its file is truncated: behind a hole.
        self._appends = rng.random() < 0.5
        self._open()

    def _open(self):
        self._file = open(self.path, "ab" if self._appends else "wb")
        self._begin = 0

    def write(self, seconds):
        due = self.rate * seconds
        numbering = self.numberings["plain"]
        for _ in range(int(due) + (self._rng.random() < due % 1)):
            numbering.note(str(self.path), self._file.tell())
            text = body(self.writer, "plain", numbering.count, self._rng.randint(0, 300), self._rng)
            numbering.count += 1
            self._file.write(text.encode() + b"\n")
        self._file.flush()

    def size(self):
        return self._file.tell() - self._begin

    def end(self):
        self._file.close()

    def _shift(self):
        """Gives older files the next number each."""
        for file in reversed(self.older):
            number, *endings = file.path.name.removeprefix(f"{self.path.name}.").split(".")
            name = ".".join((self.path.name, str(int(number) + 1), *endings))
            target = self.path.with_name(name)
            file.path.rename(target)
            file.path = target
