"""The service account that the kubelet gives a pod, and a process that finds it where a pod does."""

import itertools
import os
import shutil
import subprocess

# The namespace hides what the machine has in /run, and nothing is written there. A bind mount of the
# folder lets a test change its content from outside.
_ENTER = """
set -e
run=$(readlink -f /var/run)
mount -t tmpfs none "$run"
account=$run/secrets/kubernetes.io/serviceaccount
mkdir -p "$account"
mount --bind "$0" "$account"
exec "$@"
"""


class ServiceAccount:
    """`token`, `ca.crt` and `namespace` as the kubelet lays them out: links into a folder `..data`,
    itself a link, which one rename swaps."""

    def __init__(self, folder, **content):
        self.folder = folder
        self._content = {}
        self._versions = itertools.count()
        folder.mkdir()
        self.renew(**content)

    def renew(self, **content):
        """Swaps the content: by name (`ca` is ca.crt), what is not named stays; None takes it away."""
        self._content.update(content)
        fresh = self.folder / f"..2026_11_24_10_00_00.{next(self._versions)}"
        fresh.mkdir()
        names = {"token": "token", "ca": "ca.crt", "namespace": "namespace"}
        for key, name in names.items():
            if (text := self._content.get(key)) is not None:
                (fresh / name).write_text(text)
        data, next_data = self.folder / "..data", self.folder / "..data_tmp"
        former = data.resolve() if data.exists() else None
        next_data.symlink_to(fresh.name)
        next_data.replace(data)
        for key, name in names.items():
            link = self.folder / name
            if self._content.get(key) is None:
                link.unlink(missing_ok=True)
            elif not link.is_symlink():
                link.symlink_to(f"..data/{name}")
        if former is not None:
            shutil.rmtree(former)

    @property
    def token(self):
        return self._content["token"]

    @property
    def wrapper(self):
        """What a command is put behind to find the account in /var/run/secrets."""
        unshare = ["unshare", "--mount"]
        if os.geteuid() != 0:
            unshare.append("--map-root-user")
        return [*unshare, "sh", "-c", _ENTER, str(self.folder)]

    def problem(self):
        """Why no process can be started with it here; None if one can."""
        try:
            tried = subprocess.run(
                [*self.wrapper, "cat", "/var/run/secrets/kubernetes.io/serviceaccount/namespace"],
                capture_output=True, text=True, timeout=20,
            )
        except OSError as error:
            return str(error)
        return None if tried.returncode == 0 else tried.stderr.strip()
