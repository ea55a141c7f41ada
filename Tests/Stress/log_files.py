"""What the writers of logs have in common: how many records they wrote, and into which file."""

import os


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
        status = os.stat(path)
        self.key = (status.st_dev, status.st_ino)
        self.until = {}  # stream -> number of records once nothing is written to it any more

    def seal(self, numberings):
        self.until = {stream: numbering.count for stream, numbering in numberings.items()}
