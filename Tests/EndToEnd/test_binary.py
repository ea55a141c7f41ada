"""The footprint of the release binary: its size and what it is linked with."""

import re
import subprocess

import pytest

LIMIT = 45 * 1000 * 1000

# Symbols of the full Foundation module, its internationalisation, CoreFoundation and ICU.
# FoundationEssentials, which is allowed, mangles as 20FoundationEssentials and matches none.
FULL_FOUNDATION = re.compile(
    rb"\$s10Foundation\d|\$s30FoundationInternationalization\d|_CFRuntimeCreateInstance"
    rb"|_CFStringCreateWithBytes|icudt\d+_dat|_foundation_unicode|ucal_open|uloc_getDefault"
)


def foundation_symbols(path):
    """The symbols of `path` that only full Foundation brings."""
    listed = subprocess.run(["nm", "--defined-only", path], capture_output=True, check=True).stdout
    return sorted({match.group() for match in FULL_FOUNDATION.finditer(listed)})


def test_stripped_it_is_small_enough(martlet, tmp_path):
    stripped = tmp_path / "martlet"
    subprocess.run(["strip", "-o", stripped, martlet], check=True)
    assert stripped.stat().st_size < LIMIT
    print(f"{stripped.stat().st_size / 1e6:.1f} MB stripped")


def test_the_swift_runtime_is_static_and_every_library_is_known(martlet):
    listed = subprocess.run(["ldd", martlet], capture_output=True, text=True, check=True).stdout
    assert "not found" not in listed
    direct = set(re.findall(
        r"NEEDED\)\s+Shared library: \[([^]]+)\]",
        subprocess.run(
            ["readelf", "-d", martlet], capture_output=True, text=True, check=True,
        ).stdout,
    ))
    swift = [name for name in re.findall(r"^\s*(lib\S+)", listed, re.MULTILINE)
             if name.startswith(("libswift", "libFoundation", "lib_Foundation", "libicu"))]
    assert swift == []
    allowed = ("libc", "libm", "libdl", "libpthread", "librt", "libutil", "libstdc++", "libgcc_s",
               "ld-linux", "libcurl", "libsystemd", "libyaml", "libre2", "libsnappy", "libz")
    assert {name for name in direct if not name.startswith(allowed)} == set()


def test_full_foundation_is_not_linked(martlet):
    assert foundation_symbols(martlet) == []


def test_the_search_for_foundation_finds_it_where_it_is(tmp_path):
    source = tmp_path / "main.swift"
    source.write_text("import Foundation\nprint(DateFormatter().string(from: Date()))\n")
    built = subprocess.run(
        ["swiftc", "-static-stdlib", source, "-o", tmp_path / "program"],
        capture_output=True, text=True,
    )
    if built.returncode != 0:
        pytest.skip(f"swiftc cannot build a small program here: {built.stderr[-300:]}")
    assert foundation_symbols(tmp_path / "program")
