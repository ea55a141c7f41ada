"""What the writers of logs have in common: how many records they wrote, and into which file."""

import gzip
import os
import shutil


class Numbering:
    """The records of one stream of one writer."""

    def __init__(self):
        self.count = 0  # begun and, but for the last one, ended
        self.places = []  # (first record, path, offset) now and then: for the diagnosis

    def note(self, path, offset):
        if not self.places or self.places[-1][0] != self.count:
            self.places.append((self.count, path, offset))
            del self.places[:-2000]

    def place(self, number):
        """Where a record was written, roughly."""
        found = [entry for entry in self.places if entry[0] <= number]
        return found[-1] if found else (0, "?", 0)


class LogFile:
    """One file with what must have arrived before it may be taken away."""

    def __init__(self, path, writer):
        self.path = path
        self.writer = writer
        self._identify()
        self.until = {}  # stream -> number of records once nothing is written to it any more

    def _identify(self):
        status = os.stat(self.path)
        self.key = (status.st_dev, status.st_ino)

    def compress(self, temporary_suffix):
        """Puts a compressed file in its place, under another name until that is whole, or not."""
        temporary = self.path.with_name(self.path.name + temporary_suffix)
        final = self.path.with_name(self.path.name + ".gz")
        with open(self.path, "rb") as source, gzip.open(temporary, "wb", 1) as target:
            shutil.copyfileobj(source, target)
        if temporary != final:
            os.rename(temporary, final)
        os.unlink(self.path)
        self.path = final
        self._identify()

    def seal(self, numberings):
        self.until = {stream: numbering.count for stream, numbering in numberings.items()}
