"""Rules between log files and a sink: parsed, classified, filtered, masked and counted."""

import json

import pytest

from agent import command
from container_log import ContainerLog
from self_metrics import (
    LOG_DELIVERED_BYTES, LOG_FILTERED_BYTES, LOG_MATCHES, LOG_READ_BYTES, LOG_RULE_DROPPED,
    LOG_RULE_ERRORS,
)
from sink_configuration import container_logs, elasticsearch
from waiting import wait_until

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
SPAN = "00f067aa0ba902b7"

RULES = [
    {
        "name": "web", "match": {"containers": ["web"]},
        "steps": [
            {"type": "nginx"},
            {"type": "drop", "field": "path", "equals": "/healthz"},
            {"type": "count", "name": "requests", "labels": {"code": "code"}},
        ],
    },
    {
        "name": "app", "match": {"containers": ["app"]},
        "steps": [
            {"type": "json"},
            {"type": "severity"},
            {"type": "time"},
            {"type": "trace"},
            {"type": "drop", "severity_below": "info"},
            {"type": "rename", "fields": {"usr": "user"}},
            {"type": "remove", "fields": ["internal_*"]},
            {"type": "add", "fields": {"team": "${TEAM}"}},
            {"type": "mask", "expressions": [
                {"pattern": r"account-(\d)\d+", "replacement": "account-${1}…"}]},
        ],
    },
]


@pytest.fixture
def agent(make_agent, bulk_receiver, pod_logs):
    logs = container_logs(pod_logs, elasticsearch(bulk_receiver.url))
    return make_agent({"logs": {**logs, "rules": RULES}}, environment={"TEAM": "shop"})


def document(receiver, text):
    """The one document whose body holds `text`."""
    def found():
        return [entry for entry in receiver.documents() if text in entry.get("log", "")]
    wait_until(found, 30, f"a record with {text!r}")
    entry, = found()
    return entry


def test_records_are_parsed_and_masked_before_they_are_sent(agent, bulk_receiver, pod_logs):
    log = ContainerLog(pod_logs, container="app")
    body = {
        "time": "2026-11-24T01:02:03.5Z", "level": "WARNING", "msg": "first: account-12345",
        "usr": "a@example.com", "password": "hunter2", "traceId": TRACE.upper(), "spanId": SPAN,
        "internal_id": 7, "request": {"headers": {"authorization": "Basic dXNlcjpwYXNz"}},
        "size": 12.5,
    }
    log.record(json.dumps(body))
    log.record(json.dumps({"level": "debug", "msg": "left out"}))
    log.record("no JSON, but AUTHORIZATION: Bearer abcdefgh-1234")
    agent.start()
    entry = document(bulk_receiver, "first")
    assert entry["@timestamp"].startswith("2026-11-24T01:02:03.5")
    assert entry["user"] == "[REDACTED]" and "usr" not in entry
    assert entry["password"] == "[REDACTED]"
    assert entry["request"] == {"headers": {"authorization": "[REDACTED]"}}
    assert entry["size"] == 12.5
    assert entry["msg"] == "first: account-1…"
    assert entry["trace_id"] == TRACE and entry["span_id"] == SPAN
    assert entry["team"] == "shop"
    assert not [name for name in entry if name.startswith("internal_")]
    for secret in ("hunter2", "dXNlcjpwYXNz", "a@example.com", "12345"):
        assert secret not in json.dumps(entry)
    plain = document(bulk_receiver, "no JSON")
    assert "abcdefgh" not in plain["log"] and plain["team"] == "shop"
    assert agent.metric(LOG_RULE_ERRORS, rule="app", step="json") == 1
    assert agent.metric(LOG_RULE_DROPPED, rule="app", step="drop") == 1
    assert bulk_receiver.malformed == []


def test_what_rules_leave_out_is_in_the_ledger(agent, bulk_receiver, pod_logs):
    log = ContainerLog(pod_logs, container="web")
    line = '10.0.0.{} - - [24/Nov/2026:01:30:00 +0000] "GET {} HTTP/1.1" {} 17 "-" "probe"'
    for number in range(50):
        log.record(line.format(number, "/healthz", 200))
        log.record(line.format(number, "/buy", 200 if number % 5 else 500))
    agent.start()
    wait_until(lambda: bulk_receiver.count() == 50, 30, "the records of buyers")
    read = agent.metric(LOG_READ_BYTES, container="web")

    def adds_up():
        delivered = agent.metric(LOG_DELIVERED_BYTES, container="web")
        filtered = agent.metric(LOG_FILTERED_BYTES, container="web")
        return filtered > 0 and delivered + filtered == read
    wait_until(adds_up, 30, "the ledger to add up")
    assert agent.metric(LOG_MATCHES, name="requests", code="500") == 10
    assert agent.metric(LOG_MATCHES, name="requests", code="200") == 40
    assert {entry["code"] for entry in bulk_receiver.documents()} == {200, 500}


@pytest.mark.parametrize("step, line, words", [
    ("{type: regex, pattern: 'a(b'}", 6, "missing )"),
    ("{type: regex, pattern: 'a(b)'}", 6, "named group"),
    ("{type: drop}", 6, "no condition"),
    ("{type: mask, detectors: [passwords]}", 6, "password"),
    ("{type: time, formats: ['%Q']}", 6, "%Q"),
    ("{type: jsom}", 6, "json"),
    ("{type: json, keepbody: false}", 6, "keep_body"),
    ("{type: count}", 6, "name"),
])
def test_a_step_that_is_wrong_is_named_with_its_place(tmp_path, step, line, words):
    path = tmp_path / "martlet.yaml"
    path.write_text(f"""\
logs:
  sources: [{{name: containers, type: kubernetes, path: /var/log/pods}}]
  rules:
    - name: shop
      steps:
        - {step}
""")
    result = command("check", path)
    said = result.stdout + result.stderr
    assert result.returncode == 1
    assert f"{path}:{line}:" in said and words in said, said
