"""The agent's wall clock, moved by libfaketime where that is installed."""

import contextlib
from pathlib import Path

LIBRARY = "faketime/libfaketimeMT.so.1"


class WallClock:
    """What the agent takes for the time of day; monotonic time and files' times stay true."""

    def __init__(self, folder):
        self._file = folder / "clock"
        found = sorted(Path("/usr/lib").glob(f"*/{LIBRARY}"))
        self.is_movable = bool(found)
        self.environment = {}
        # The library sets a variable as it is loaded first, which moves the environment to where
        # Swift does not find the arguments in front of it; in the program behind `env` it does not.
        self.wrapper = ("/usr/bin/env",) if found else ()
        if found:
            self.environment = {
                "LD_PRELOAD": str(found[0]), "FAKETIME_TIMESTAMP_FILE": str(self._file),
                "FAKETIME_CACHE_DURATION": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1",
                "NO_FAKE_STAT": "1",
            }
            self.set(0)

    def set(self, seconds):
        """Moves the clock by so many seconds from the true time."""
        if self.is_movable:
            fresh = self._file.with_suffix(".new")
            fresh.write_text(f"{seconds:+d}\n")
            fresh.replace(self._file)

    def forget(self, pid):
        """Removes what the library leaves behind of a process that was killed."""
        for path in Path("/dev/shm").glob(f"*faketime_*_{pid}"):
            with contextlib.suppress(OSError):
                path.unlink()
