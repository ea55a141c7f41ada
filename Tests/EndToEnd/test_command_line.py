"""The commands an operator types."""

import re

import pytest

from agent import command


def test_version():
    result = command("version")
    assert result.returncode == 0
    assert re.fullmatch(r"martlet \d+\.\d+\.\d+\S*( .*)?\n", result.stdout)


@pytest.mark.parametrize("verb", ["run", "check", "metrics", "reference", "version"])
def test_help_needs_no_manual(verb):
    overall = command("--help")
    assert overall.returncode == 0 and verb in overall.stdout
    result = command(verb, "--help")
    assert result.returncode == 0
    assert "USAGE" in result.stdout.upper() and len(result.stdout) > 100


def test_an_unknown_command_is_an_error():
    result = command("fly")
    assert result.returncode not in (0, -6, -11) and result.stderr.strip()


def test_the_reference_lists_keys_with_type_default_and_a_line():
    result = command("reference")
    assert result.returncode == 0
    for key, default in {
        "scrape_interval": "1m", "listen": "9470", "state_dir": "/var/lib/martlet",
        "procfs": "/proc", "max_samples_per_send": "2000", "device_exclude": "",
        "job_name": "", "remote_timeout": "30s",
    }.items():
        lines = [line for line in result.stdout.splitlines() if key in line]
        assert lines, f"{key} is not in the reference"
        assert any(default in line for line in lines) or default in result.stdout
    assert "duration" in result.stdout


def test_the_metrics_command_names_what_it_can_print():
    result = command("metrics", "nonsense")
    assert result.returncode != 0 and "node" in result.stderr
