"""The agent's state folder on a small file system of its own, so that it can be filled."""

import errno
import subprocess

# Far more than checkpoints need, so that it is full only when that is meant.
SIZE = "16m"


class StateFolder:
    """A tmpfs where that can be mounted, else a plain folder that is never full."""

    def __init__(self, path):
        self.path = path
        path.mkdir(parents=True)
        result = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=700", "martlet-stress", str(path)],
            capture_output=True, text=True, check=False,
        )
        self.is_limited = result.returncode == 0
        self.reason = result.stderr.strip()
        self._filling = path / "filling"

    def checkpoints(self):
        return sorted((self.path / "cursors").glob("*.cursors"))

    def fill(self):
        with open(self._filling, "ab", buffering=0) as file:
            block = b"\0" * 65536
            while block:
                try:
                    file.write(block)
                except OSError as error:
                    if error.errno != errno.ENOSPC:
                        raise
                    block = block[:len(block) // 2]

    def free(self):
        self._filling.unlink(missing_ok=True)

    def close(self):
        if self.is_limited:
            unmount(self.path)


def unmount(path):
    """Unmounts a state folder, also one that a run that was killed has left behind."""
    if path.is_mount():
        subprocess.run(["umount", "--lazy", str(path)], check=False)
