"""A plain file that logrotate copies and truncates."""

import os
import shutil

from log_files import LogFile
from plain_log import PlainLog

KEPT_COPIES = 2


class CopiedLog(PlainLog):
    """What logrotate does with `copytruncate`, and with `compress` or not; nothing is written in between."""

    def __init__(self, folder, writer, rotation_kilobytes, rng):
        super().__init__(folder, writer, rotation_kilobytes, rng)
        self._is_compressed = rng.random() < 0.5

    def rotate(self, may_remove):
        """What was done; None when the oldest copy may not be removed yet."""
        if len(self.older) >= KEPT_COPIES:
            with may_remove(self.older[-1]) as allowed:
                if not allowed:
                    return None
                os.unlink(self.older.pop().path)
        self._shift()
        first = self.path.with_name(f"{self.path.name}.1")
        shutil.copyfile(self.path, first)
        copy = LogFile(first, self.writer)
        copy.seal(self.numberings)
        self.older.insert(0, copy)
        os.truncate(self.path, 0)
        if self._appends:
            self._file.seek(0)
        else:
            self._begin = self._file.tell()
        if self._is_compressed:
            copy.compress(".gz")
        return "copied and truncated"
