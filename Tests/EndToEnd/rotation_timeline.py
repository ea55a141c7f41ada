"""Plays the recorded rotation of a real kubelet again: the same names, sizes and reuse of inodes."""

import gzip
import os
from datetime import timedelta

from container_log import timestamp

# How many files are made in search of an inode that the file system has free again.
INODE_ATTEMPTS = 4096


class Moment:
    """What the folder held at one look: names, each with its inode's number and its size."""

    def __init__(self, line):
        at, *files = line.split()
        hours, minutes, seconds = at.split(":")
        self.at = timedelta(hours=int(hours), minutes=int(minutes), seconds=float(seconds))
        self.files = {}
        for file in files:
            name, inode, size = file.rsplit(":", 2)
            self.files[name] = (inode, int(size))


def read_timeline(path):
    """The moments of a recorded timeline, in order."""
    moments = [Moment(line) for line in path.read_text().splitlines() if line.strip()]
    assert len(moments) > 1 and any(moment.files for moment in moments), f"{path} says nothing"
    return moments


class TimelineReplay:
    """Brings `folder` from each recorded moment to the next, as containerd and the kubelet do."""

    def __init__(self, folder, record_size=4096):
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.expected = []
        self.bytes = 0
        # For each recorded inode, the one that stands for it here.
        self.inodes = {}
        self.reused = 0
        # Recorded inodes that could not be had again.
        self.missed = []
        self._record_size = record_size
        self._now = {}

    def go_to(self, moment):
        """Makes the folder what it was then."""
        wanted = {inode: (name, size) for name, (inode, size) in moment.files.items()}
        kept = [name for name in self._now if f"{name}.gz" not in moment.files]
        # The last lines of a file are written under the name that it had.
        for name in kept:
            self._fill(self.folder / name, wanted[self._now[name][0]][1])
        for name in self._now.keys() - set(kept):
            self._compress(name)
        # The kubelet compresses what was rotated before it renames the live file.
        for name in kept:
            (self.folder / name).rename(self.folder / wanted[self._now[name][0]][0])
        for name, (inode, size) in moment.files.items():
            path = self.folder / name
            if name.endswith(".gz"):
                continue
            if not path.exists():
                self._create(path, inode)
            assert path.stat().st_ino == self.inodes[inode]
            self._fill(path, size)
        self._now = {name: file for name, file in moment.files.items() if name[-3:] != ".gz"}

    def record(self):
        """One more record in the live file."""
        self._append(self.folder / "0.log", 200)

    def _create(self, path, inode):
        """Makes a file, with the inode of the one that is gone where that is recorded."""
        wanted = self.inodes.get(inode)
        path.touch()
        others = []
        while wanted is not None and path.stat().st_ino != wanted and len(others) < INODE_ATTEMPTS:
            # Held while the search goes on, so that the next one gets another number.
            others.append(path.rename(path.with_name(f"search-{len(others)}")))
            path.touch()
        if wanted is not None:
            if path.stat().st_ino == wanted:
                self.reused += 1
            else:
                self.missed.append(wanted)
        for other in others:
            other.unlink()
        self.inodes[inode] = path.stat().st_ino

    def _compress(self, plain):
        """What the kubelet does with the file before, while another is written."""
        source = self.folder / plain
        temporary = self.folder / f"{plain}.tmp"
        with open(source, "rb") as file, gzip.open(temporary, "wb", compresslevel=1) as target:
            target.write(file.read())
        temporary.rename(self.folder / f"{plain}.gz")
        source.unlink()

    def _fill(self, path, size):
        """Appends whole records until the file has `size` bytes."""
        while (left := size - path.stat().st_size) > 0:
            # The last one takes what would be too little for another.
            self._append(path, left if left < 2 * self._record_size else self._record_size)

    def _append(self, path, length):
        head = f"{timestamp()} stdout F "
        text = f"record {len(self.expected):07d} "
        text += "x" * (length - len(head) - len(text) - 1)
        with open(path, "ab") as file:
            file.write(f"{head}{text}\n".encode())
        self.expected.append(text)
        self.bytes += length
