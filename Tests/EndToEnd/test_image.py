"""The image: no engine builds it here, so its description is checked and its content is tried."""

import re
import shlex
import subprocess

import pytest

from agent import REPOSITORY

DOCKERFILE = REPOSITORY / "Dockerfile"


def instructions():
    """The (instruction, rest) pairs, comments dropped and continued lines joined."""
    text = "\n".join(
        line for line in DOCKERFILE.read_text().splitlines() if not line.startswith("#")
    ).replace("\\\n", " ")
    return [tuple(line.split(None, 1)) for line in text.splitlines() if line.strip()]


def stages():
    """The instructions of each stage, by the order of their FROM."""
    found = []
    for name, rest in instructions():
        if name == "FROM":
            found.append([])
        found[-1].append((name, rest))
    return found


def test_the_toolchain_stage_is_left_behind():
    build, final = stages()
    assert build[0][1] == "swift:6.3-bookworm AS build"
    assert final[0][1] == "scratch"
    assert not [rest for name, rest in final if name == "RUN"], "there is no shell to run it"
    copies = [rest for name, rest in final if name == "COPY"]
    assert copies == ["--from=build /runtime/ /"]


def test_it_installs_the_packages_that_make_build_installs():
    build, _ = stages()
    runs = [rest for name, rest in build if name == "RUN"]
    assert "scripts/install-packages build" in runs
    assert not any("apt-get" in run for run in runs), "a second list of packages"
    makefile = (REPOSITORY / "Makefile").read_text()
    assert "scripts/install-packages build" in makefile and "apt-get" not in makefile


def test_it_builds_as_make_release_does():
    build, _ = stages()
    release = re.search(r"^RELEASE = (.*)$", (REPOSITORY / "Makefile").read_text(), re.M).group(1)
    built = [run for name, run in build if name == "RUN" and "swift build" in run]
    assert len(built) == 1 and f"swift build {release}" in built[0]
    assert "strip" in built[0]


def test_what_is_copied_exists_and_is_in_the_context():
    build, _ = stages()
    ignored = (REPOSITORY / ".dockerignore").read_text().split()
    for name, rest in build:
        if name == "COPY":
            for source in shlex.split(rest)[:-1]:
                assert (REPOSITORY / source).exists(), source
                assert f"!{source}" in ignored, f"{source} is not in the build context"


def test_it_starts_the_agent_with_the_mounted_configuration():
    _, final = stages()
    by_name = dict(final)
    assert by_name["ENTRYPOINT"] == '["/usr/bin/martlet"]'
    assert by_name["CMD"] == '["run", "--config", "/etc/martlet/martlet.yaml"]'
    assert by_name["EXPOSE"] == "9470"
    assert "HEALTHCHECK" not in by_name and "USER" not in by_name


@pytest.fixture(scope="module")
def runtime(martlet, tmp_path_factory):
    root = tmp_path_factory.mktemp("image") / "root"
    subprocess.run([REPOSITORY / "scripts/collect-runtime", martlet, root], check=True)
    return root


def test_the_runtime_folder_has_no_shell(runtime):
    programs = {path.name for path in (runtime / "usr/bin").iterdir()}
    assert programs == {"martlet"}
    assert not list(runtime.glob("**/sh")) and not list(runtime.glob("**/bash"))


def test_the_runtime_folder_is_enough_to_run_the_agent(runtime):
    # Every container has /proc, where the program finds its arguments.
    (runtime / "proc").mkdir(exist_ok=True)
    result = subprocess.run(
        ["unshare", "--mount", "sh", "-c",
         'mount -t proc proc "$0/proc" && exec chroot "$0" /usr/bin/martlet version', runtime],
        capture_output=True, text=True, timeout=30,
    )
    if "Operation not permitted" in result.stderr or "permission denied" in result.stderr:
        pytest.skip("unshare and chroot need root, which this test does not have here")
    assert result.returncode == 0, result.stderr
    assert result.stdout.startswith("martlet ")


def test_every_library_has_its_notice_and_its_package_entry(runtime):
    entries = {path.name for path in (runtime / "var/lib/dpkg/status.d").iterdir()}
    assert {"libc6", "libcurl4", "libyaml-0-2", "libsystemd0", "ca-certificates"} <= entries
    for name in entries:
        assert (runtime / "usr/share/doc" / name / "copyright").stat().st_size > 0
    assert (runtime / "etc/ssl/certs/ca-certificates.crt").stat().st_size > 100_000
