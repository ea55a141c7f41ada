"""Rotates and removes logs in the kubelet's manner."""

import os
import shutil
from datetime import datetime


class Kubelet:
    """Looks after containers' logs; each has its own time of the next look."""

    def __init__(self, custody, rng):
        self._custody = custody
        self._rng = rng
        self._looks = {}  # container -> when it is looked at next
        self._reopens = {}  # container -> when its runtime reopens the log
        self.rotations = 0
        self.compressed = 0
        self.removed = 0

    def tend(self, container, now):
        """Whatever is due for a running container."""
        if container in self._reopens:
            if now >= self._reopens[container]:
                del self._reopens[container]
                container.reopen()
            return
        if now < self._looks.setdefault(container, now + self._rng.uniform(0, 2)):
            return
        self._looks[container] = now + self._rng.uniform(1, 3)
        if container.size() >= container.rotation_size:
            self._rotate(container, now)

    def _rotate(self, container, now):
        rotated = [f for f in container.retired if f.path.name.startswith(f"{container.attempt}.log.")]
        while len(rotated) > container.max_files - 2:
            if not self._remove(container, rotated.pop(0)):
                return
        for file in rotated:
            if file.path.suffix != ".gz":
                file.compress(".tmp")
                self.compressed += 1
        if not container.rename(datetime.now().strftime("%Y%m%d-%H%M%S")):
            return
        self.rotations += 1
        if self._rng.random() < 0.05:
            container.rename_back()
        else:
            # The writer goes on in the renamed file until the runtime has reopened.
            self._reopens[container] = now + self._rng.choice((0.0, 0.1, 0.5, 1.0))

    def _remove(self, container, file):
        with self._custody.removing(file) as allowed:
            if allowed:
                os.unlink(file.path)
                container.retired.remove(file)
                self.removed += 1
        return allowed

    def collect_dead(self, container, attempts_kept=1):
        """Removes what attempts before the last dead ones have left behind."""
        oldest_kept = container.attempt - attempts_kept
        for file in list(container.retired):
            if int(file.path.name.split(".")[0]) < oldest_kept:
                self._remove(container, file)

    def remove_pod(self, container):
        """Removes all that a pod that has ended left behind; False when that is not possible yet."""
        with self._custody.removing(*container.retired) as allowed:
            if allowed:
                shutil.rmtree(container.pod_folder)
                self.removed += len(container.retired)
        return allowed

    def settle(self, container):
        """Ends what is under way, before a container ends."""
        if self._reopens.pop(container, None) is not None:
            container.reopen()
        self._looks.pop(container, None)
