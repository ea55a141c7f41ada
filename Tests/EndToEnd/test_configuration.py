"""`martlet check` and `run` on files that are wrong: where, what and how to mend it."""

import re
import time

import pytest

from agent import command


def check(tmp_path, text, **environment):
    """Runs `martlet check`; returns (exit status, everything it said, path)."""
    path = tmp_path / "martlet.yaml"
    path.write_text(text)
    result = command("check", path, environment=environment)
    return result.returncode, result.stdout + result.stderr, path


def test_a_good_file_checks(tmp_path):
    status, said, path = check(tmp_path, """\
global: {scrape_interval: 15s, external_labels: {cluster: prod}}
server: {listen: "127.0.0.1:0"}
node: {collectors: {netdev: {device_include: lo}}}
scrape_configs:
  - job_name: a
    static_configs: [{targets: ["127.0.0.1:1"]}]
remote_write: [{url: "http://127.0.0.1:1/api/v1/write"}]
logs:
  state_dir: /var/lib/martlet
  sources: [{name: containers, type: kubernetes, path: /var/log/pods}]
  sinks: [{name: es, type: elasticsearch, url: "http://127.0.0.1:1", index: "logs-%{+YYYY.MM.dd}"}]
""")
    assert status == 0, said
    assert str(path) in said or "ok" in said.lower() or "valid" in said.lower()


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment\n", "---\n"])
def test_an_empty_file_is_refused_and_the_remedy_named(tmp_path, text):
    # An empty file is more often a mistake than a wish: an agent without its sinks loses logs.
    status, said, _ = check(tmp_path, text)
    assert status == 1 and "empty" in said and "{}" in said


def test_an_empty_mapping_is_the_defaults(tmp_path):
    status, said, _ = check(tmp_path, "{}\n")
    assert status == 0, said


# (text, line, column, what the message must hold)
WRONG = {
    "wrong type": ("global:\n  scrape_interval: [1, 2]\n", 2, 20, ["scrape_interval", "duration"]),
    "bad duration": (
        "global:\n  scrape_interval: 15 parsecs\n", 2, 20, ["scrape_interval", "15 parsecs"],
    ),
    "unknown key": (
        "global:\n  scrape_intervall: 15s\n", 2, 3, ["scrape_intervall", "scrape_interval"],
    ),
    "unknown section": ("remote_wite: []\n", 1, 1, ["remote_wite", "remote_write"]),
    "duplicate key": ("global: {}\nnode: {}\nglobal: {}\n", 3, 1, ["global"]),
    "tab": ("global:\n\tscrape_interval: 15s\n", 2, 1, ["tab"]),
    "broken yaml": ("global: {scrape_interval: 15s\nnode: {}\n", 2, None, []),
    "unknown sink type": (
        "logs:\n  sinks:\n    - {name: x, type: elasticsaerch, url: \"http://h:1\"}\n", 3, None,
        ["elasticsaerch", "elasticsearch"],
    ),
    "bad regular expression": (
        "node:\n  collectors:\n    netdev: {device_include: \"(\"}\n", 3, None,
        ["device_include"],
    ),
    "bad url": ("remote_write:\n  - url: \"not a url\"\n", 2, 10, ["url", "not a url"]),
    "missing url": ("remote_write:\n  - name: x\n", 2, None, ["url"]),
    "duplicate job": (
        "scrape_configs:\n  - job_name: a\n  - job_name: a\n", 3, None, ["job_name", "a"],
    ),
    "missing variable": ("kubernetes:\n  node_name: \"${NO_SUCH_VARIABLE}\"\n", 2, None,
                         ["NO_SUCH_VARIABLE"]),
}


@pytest.mark.parametrize("text, line, column, parts", WRONG.values(), ids=WRONG.keys())
def test_an_error_names_file_line_column_and_key(tmp_path, text, line, column, parts):
    status, said, path = check(tmp_path, text)
    assert status != 0
    where = re.escape(f"{path}:{line}:") + (str(column) if column else r"\d+")
    assert re.search(where + r"\b", said), said
    for part in parts:
        assert part.lower() in said.lower(), said


def test_all_problems_are_told_in_one_run(tmp_path):
    status, said, path = check(tmp_path, """\
global: {scrape_intervall: 15s}
nodes: {}
remote_write:
  - url: "http://127.0.0.1:1"
    remote_timeout: never
""")
    assert status != 0
    for line in (1, 2, 5):
        assert f"{path}:{line}:" in said, said


def test_keys_of_prometheus_that_an_agent_cannot_honour_are_warned_of(tmp_path):
    status, said, _ = check(tmp_path, "rule_files: [a.yml]\n")
    assert status == 0 and "rule_files" in said


def test_variables_are_substituted(tmp_path):
    text = "kubernetes: {node_name: \"${NODE}\"}\nglobal: {scrape_interval: \"${EVERY:-15s}\"}\n"
    status, said, _ = check(tmp_path, text, NODE="n1")
    assert status == 0, said
    status, said, _ = check(tmp_path, text, NODE="n1", EVERY="15 parsecs")
    # The variable's value may be a secret, so the message shows the file's own words.
    assert status != 0 and "${EVERY:-15s}" in said and "15 parsecs" not in said


def test_secrets_are_never_printed(tmp_path):
    status, said, _ = check(tmp_path, """\
remote_write:
  - url: "http://127.0.0.1:1"
    basic_auth: {username: u, password: hunter2-hunter2}
    remote_timeout: never
""")
    assert status != 0 and "hunter2" not in said


def test_a_file_of_ten_megabytes_is_refused_quickly(tmp_path):
    lines = "".join(f"key_{number}: [{number}, {{a: b}}]\n" for number in range(400_000))
    assert len(lines) > 10_000_000
    begin = time.monotonic()
    status, said, path = check(tmp_path, lines)
    assert status != 0 and str(path) in said
    assert time.monotonic() - begin < 30
    assert len(said) < 100_000, "a flood of errors"


@pytest.mark.parametrize("text", [
    "a: " + "[" * 100_000,
    "&a [*a]\n",
    "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n",
    "\0\1\2\xff",
    "'" * 100_001,
], ids=["deep nesting", "self reference", "aliases", "control characters", "quotes"])
def test_hostile_files_are_refused(tmp_path, text):
    path = tmp_path / "martlet.yaml"
    path.write_bytes(text.encode("latin-1"))
    result = command("check", path, timeout=30)
    assert result.returncode not in (0, -6, -11, -4, 132, 134, 139)
    assert str(path) in result.stdout + result.stderr


@pytest.mark.parametrize("verb", [["check"], ["run", "--config"]])
def test_a_missing_file_is_named(tmp_path, verb):
    path = tmp_path / "absent.yaml"
    result = command(*verb, path, timeout=20)
    assert result.returncode != 0
    assert str(path) in result.stderr and "no such file" in result.stderr.lower()


def test_run_refuses_what_check_refuses(tmp_path):
    path = tmp_path / "martlet.yaml"
    path.write_text("no_such_key: 1\n")
    result = command("run", "--config", path, timeout=20)
    assert result.returncode != 0 and f"{path}:1:1" in result.stdout + result.stderr


def test_a_folder_is_no_configuration(tmp_path):
    result = command("check", tmp_path, timeout=20)
    assert result.returncode != 0 and str(tmp_path) in result.stderr
