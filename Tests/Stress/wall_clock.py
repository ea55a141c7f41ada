"""The agent's wall clock, moved by a small library that is loaded before it."""

import shutil
import struct
import subprocess
from pathlib import Path


class WallClock:
    """What the agent takes for the time of day; monotonic time and files' times stay true."""

    def __init__(self, folder):
        self._file = folder / "clock"
        self.set(0)
        library = folder / "wall_clock.so"
        compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
        self.is_movable = False
        self.reason = "no C compiler is installed"
        self.environment = {}
        if compiler:
            source = Path(__file__).with_name("wall_clock.c")
            result = subprocess.run(
                [compiler, "-shared", "-fPIC", "-O1", "-o", library, source],
                capture_output=True, text=True, check=False,
            )
            self.is_movable = result.returncode == 0
            self.reason = result.stderr.strip()
        if self.is_movable:
            self.environment = {"LD_PRELOAD": str(library), "WALL_CLOCK_FILE": str(self._file)}

    def set(self, seconds):
        """Moves the clock by so many seconds from the true time."""
        # In place: the library has the file mapped.
        with open(self._file, "r+b" if self._file.exists() else "w+b") as file:
            file.write(struct.pack("=q", seconds))
