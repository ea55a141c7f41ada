"""A plain file that logrotate renames and compresses."""

import os

from log_files import LogFile
from plain_log import PlainLog


class RenamedLog(PlainLog):
    """What logrotate does with `create` and `compress`, and with `delaycompress` or not."""

    def __init__(self, folder, writer, rotation_kilobytes, rng):
        super().__init__(folder, writer, rotation_kilobytes, rng)
        self._is_delayed = rng.random() < 0.5
        self._kept = rng.randint(2, 4)

    def rotate(self, may_remove):
        """What was done; None when the oldest file may not be removed yet."""
        if len(self.older) >= self._kept:
            with may_remove(self.older[-1]) as allowed:
                if not allowed:
                    return None
                os.unlink(self.older.pop().path)
        if self._is_delayed and self.older and self.older[0].path.suffix != ".gz":
            self.older[0].compress(".gz")
        self._shift()
        first = self.path.with_name(f"{self.path.name}.1")
        self.path.rename(first)
        self._file.close()
        self._open()
        file = LogFile(first, self.writer)
        file.seal(self.numberings)
        self.older.insert(0, file)
        if not self._is_delayed:
            file.compress(".gz")
        return "renamed"
