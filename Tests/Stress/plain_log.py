"""A plain file that logrotate copies and truncates."""

import os
import shutil

from log_files import LogFile, Numbering
from records import body

KEPT_COPIES = 2


class PlainLog:
    """`FOLDER/NAME.log`, one record a line; copies are NAME.log.1 and so on."""

    def __init__(self, folder, writer, rng):
        folder.mkdir(parents=True, exist_ok=True)
        self.writer = writer
        self.path = folder / f"{writer}.log"
        self.numberings = {"plain": Numbering()}
        self.rotation_size = rng.choice((32, 64)) << 10
        self.rate = rng.choice((10, 30))
        self.copies = []  # newest first
        self._rng = rng
        # Without O_APPEND a writer goes on where it was when its file is truncated: behind a hole.
        self._appends = rng.random() < 0.5
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

    def rotate(self, may_remove):
        """What logrotate does with `copytruncate`; nothing is written in between.

        False when the oldest copy may not be removed yet.
        """
        if len(self.copies) >= KEPT_COPIES:
            with may_remove(self.copies[-1]) as allowed:
                if not allowed:
                    return False
                os.unlink(self.copies.pop().path)
        for number in range(len(self.copies), 0, -1):
            copy = self.copies[number - 1]
            target = self.path.with_name(f"{self.path.name}.{number + 1}")
            copy.path.rename(target)
            copy.path = target
        first = self.path.with_name(f"{self.path.name}.1")
        shutil.copyfile(self.path, first)
        copy = LogFile(first, self.writer)
        copy.seal(self.numberings)
        self.copies.insert(0, copy)
        os.truncate(self.path, 0)
        if self._appends:
            self._file.seek(0)
        else:
            self._begin = self._file.tell()
        return True

    def end(self):
        self._file.close()
