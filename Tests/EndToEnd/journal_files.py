"""Journal files as journald leaves them, written by systemd-journal-remote."""

import os
import struct
import subprocess
import time
from pathlib import Path

REMOTE = Path("/lib/systemd/systemd-journal-remote")
# The machine's own, which journal-remote writes into a file's header.
BOOT_ID = Path("/proc/sys/kernel/random/boot_id").read_text().strip().replace("-", "")
MACHINE_ID = "c0ffee00c0ffee00c0ffee00c0ffee00"

# Where things are in a file's header and in its objects. Source: systemd, "Journal File Format".
STATE, SEQUENCE_ID, HEADER_SIZE, TAIL_OBJECT = 16, slice(72, 88), 88, 136
TAIL, HEAD, HEAD_TIME = 160, 168, 184
ENTRY_TYPE, ARCHIVED = 3, 2

_started = time.time_ns() // 1000
_count = 0


def export(entry):
    """One entry in the journal's export format; values are text, bytes, or lists of them."""
    global _count
    _count += 1
    fields = {
        "__REALTIME_TIMESTAMP": str(_started + _count), "__MONOTONIC_TIMESTAMP": str(_count),
        "_BOOT_ID": BOOT_ID, "_MACHINE_ID": MACHINE_ID, **entry,
    }
    out = b""
    for name, values in fields.items():
        for value in values if isinstance(values, list) else [values]:
            data = value if isinstance(value, bytes) else str(value).encode()
            if data.isascii() and data.decode().isprintable():
                out += name.encode() + b"=" + data + b"\n"
            else:
                out += name.encode() + b"\n" + struct.pack("<Q", len(data)) + data + b"\n"
    return out + b"\n"


def service(unit, text, **fields):
    """What a service says through its standard output."""
    return {
        "MESSAGE": text, "PRIORITY": "6", "SYSLOG_IDENTIFIER": unit, "_TRANSPORT": "stdout",
        "_SYSTEMD_UNIT": f"{unit}.service", "_PID": "812", "_UID": "0", "_HOSTNAME": "node-1",
        **fields,
    }


def dated(entry, moment):
    """An entry of a moment of its own, so that it can be written down twice."""
    return {**entry, "__REALTIME_TIMESTAMP": str(_started + moment),
            "__MONOTONIC_TIMESTAMP": str(moment)}


def texts(prefix, count):
    return [f"{prefix} {number}" for number in range(count)]


class JournalWriter:
    """One file that is written to; entries are there when a call returns."""

    def __init__(self, path, environment=None):
        self.path = Path(path)
        self.environment = environment or {}
        self.path.parent.mkdir(parents=True, exist_ok=True)

    def append(self, entries):
        """Appends entries, mappings or texts of a service."""
        entries = [service("app", entry) if isinstance(entry, str) else entry for entry in entries]
        self.append_export(b"".join(map(export, entries)))

    def append_export(self, data):
        done = subprocess.run(
            [REMOTE, f"--output={self.path}", "--split-mode=none", "-"], input=data,
            capture_output=True, timeout=120, env={**os.environ, **self.environment},
        )
        assert done.returncode == 0, done.stderr.decode(errors="replace")

    # What a file says of itself

    def number(self, offset):
        with open(self.path, "rb") as file:
            file.seek(offset)
            return struct.unpack("<Q", file.read(8))[0]

    @property
    def head(self):
        return self.number(HEAD)

    @property
    def tail(self):
        return self.number(TAIL)

    @property
    def sequence(self):
        with open(self.path, "rb") as file:
            return file.read(88)[SEQUENCE_ID]

    # What journald does besides

    def follow(self, sequence, tail):
        """Makes this file go on with the numbers of a sequence, behind `tail`.

        journald begins a file as the next of a sequence; journal-remote always begins a new one.
        """
        delta = tail + 1 - self.head
        data = bytearray(self.path.read_bytes())
        data[SEQUENCE_ID] = sequence
        for offset in (TAIL, HEAD):
            _add(data, offset, delta)
        position, = struct.unpack_from("<Q", data, HEADER_SIZE)
        last, = struct.unpack_from("<Q", data, TAIL_OBJECT)
        while position <= last:
            size, = struct.unpack_from("<Q", data, position + 8)
            if data[position] == ENTRY_TYPE:
                _add(data, position + 16, delta)
            position += (size + 7) & ~7
        # In place: the file that is watched stays the same.
        with open(self.path, "r+b") as file:
            file.write(data)
        return self

    def archive(self):
        """Sets the file aside as journald does, under a name made of its numbers."""
        with open(self.path, "r+b") as file:
            file.seek(STATE)
            file.write(bytes([ARCHIVED]))
        parts = f"{self.sequence.hex()}-{self.head:016x}-{self.number(HEAD_TIME):016x}"
        self.path = self.path.rename(self.path.with_name(f"{self.path.stem}@{parts}.journal"))
        return self


class Journal:
    """A journal of one machine: `system.journal` and what was set aside before it."""

    def __init__(self, folder, name="system"):
        self.folder = Path(folder)
        self.name = name
        self.live = None
        self.archives = []
        self.end = None  # The sequence, and the number of its last entry.

    def append(self, entries):
        """Appends to the live file, which is begun if need be."""
        if self.live is not None:
            self.live.append(entries)
            return
        # Begun elsewhere, so that nobody sees it before its numbers are those of the sequence.
        fresh = JournalWriter(self.folder.parent / f"{self.name}-new" / "fresh.journal")
        fresh.append(entries)
        if self.end:
            fresh.follow(*self.end)
        self.folder.mkdir(parents=True, exist_ok=True)
        fresh.path = fresh.path.rename(self.folder / f"{self.name}.journal")
        self.live = fresh

    def rotate(self):
        """Sets the live file aside; the next entries begin another one."""
        self.end = self.live.sequence, self.live.tail
        self.archives.append(self.live.archive())
        self.live = None
        return self.archives[-1]


def _add(data, offset, delta):
    value, = struct.unpack_from("<Q", data, offset)
    struct.pack_into("<Q", data, offset, value + delta)
