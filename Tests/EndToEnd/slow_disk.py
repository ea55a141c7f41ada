"""A disk that takes its time, made of a small library that is loaded before the agent."""

import shutil
import subprocess
from pathlib import Path


def slow_disk(folder, seconds):
    """The environment in which what is to be brought to the disk takes so long."""
    compiler = shutil.which("cc") or shutil.which("clang")
    assert compiler, "Swift comes with clang"
    library = folder / "slow_disk.so"
    source = Path(__file__).with_suffix(".c")
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", library, source], check=True)
    return {"LD_PRELOAD": str(library), "SLOW_DISK": str(round(seconds * 1000))}
