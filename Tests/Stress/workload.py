"""What the writers of a run are."""

from dataclasses import dataclass

from copied_log import CopiedLog
from renamed_log import RenamedLog


@dataclass(frozen=True)
class Workload:
    long_lived: int  # pods at any time
    short_lived: int  # no more of those that ended wait for being removed
    plain_logs: tuple  # the kind of each
    rotation_kilobytes: tuple  # a plain log is rotated at one of these sizes


WORKLOADS = {
    "usual": Workload(
        long_lived=10,
        short_lived=40,
        plain_logs=(CopiedLog,) * 4 + (RenamedLog,) * 3,
        rotation_kilobytes=(32, 64),
    ),
    # In one folder something is copied, truncated, renamed or compressed at almost every moment.
    "rotations": Workload(
        long_lived=1,
        short_lived=0,
        plain_logs=(CopiedLog,) * 40 + (RenamedLog,) * 2,
        rotation_kilobytes=(4, 8),
    ),
}
