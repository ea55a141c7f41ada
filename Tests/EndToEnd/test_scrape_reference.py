"""The same targets scraped by Prometheus and by the agent: the same series with the same values.

Prometheus scrapes by its own file; the agent is given the very same `scrape_configs` and writes to a
second Prometheus. What the two hold is compared.
"""

import json
import math

import pytest
import yaml

from exposition_server import OPENMETRICS, ExpositionServer
from prometheus_server import PrometheusServer
from waiting import wait_until

TEXT_BODY = """\
# HELP http_requests_total Requests.
# TYPE http_requests_total counter
http_requests_total{method="post",code="200"} 1027
http_requests_total{method="post",code="400"} 3
http_requests_total{code="500",method="get",} 0
# a comment of no kind
#TYPE nothing of a kind
msdos_file_access_time_seconds{path="C:\\\\DIR\\\\FILE.TXT",error="Cannot find file:\\n\\"FILE.TXT\\""} 1.458255915e9
metric_without_timestamp_and_labels 12.47
something_weird{problem="division by zero"} +Inf
negative_infinity -Inf
not_a_number NaN
tiny 4.9e-324
huge 1.7976931348623157e308
exact 0.1
whole 9007199254740993
empty_label{a="",b="x"} 1
instance_conflict{instance="mine",job="theirs"} 1
exported_conflict{instance="mine",exported_instance="old"} 1
name:with:colons{le="0.5"} 2
# TYPE rpc_duration_seconds summary
rpc_duration_seconds{quantile="0.01"} 3102
rpc_duration_seconds_sum 1.7560473e+07
rpc_duration_seconds_count 2693
# TYPE http_request_duration_seconds histogram
http_request_duration_seconds_bucket{le="0.05"} 24054
http_request_duration_seconds_bucket{le="+Inf"} 144320
http_request_duration_seconds_sum 53423
http_request_duration_seconds_count 144320
"""

OPENMETRICS_BODY = """\
# TYPE foo counter
# HELP foo Counts.
foo_total{a="b"} 17.0 # {trace_id="x"} 1.0 1520879607.789
foo_created{a="b"} 1520872607.123
# TYPE acme_http_router_request_seconds summary
# UNIT acme_http_router_request_seconds seconds
acme_http_router_request_seconds_sum{path="/api/v1"} 9036.32
acme_http_router_request_seconds_count{path="/api/v1"} 807283.0
# TYPE build info
build_info{version="1.2.3"} 1
# TYPE feature stateset
feature{feature="a"} 1
feature{feature="b"} 0
# TYPE hist histogram
hist_bucket{le="0.5"} 1
hist_bucket{le="+Inf"} 3
hist_count 3
hist_sum 2.5
# TYPE gh gaugehistogram
gh_bucket{le="1.0"} 2
gh_bucket{le="+Inf"} 3
gh_gcount 3
gh_gsum 9.5
# TYPE with_time gauge
with_time{x="y"} 5
# TYPE other unknown
other -0.0
# EOF
"""

BAD = {
    "/bad-value": "good 1\nbad x\n",
    "/bad-label": 'good 1\nbad{a="b" 1\n',
    "/bad-type": "# TYPE good counter\n# TYPE bad nonsense\ngood 1\n",
    "/unfinished-quote": 'good 1\nbad{a="b} 1\n',
}


@pytest.fixture
def server():
    server = ExpositionServer().start()
    server.serve("/text", TEXT_BODY)
    server.serve("/openmetrics", OPENMETRICS_BODY, OPENMETRICS)
    server.serve("/no-eof", "# TYPE foo counter\nfoo_total 1\n", OPENMETRICS)
    server.serve("/long", "".join(f'series{{n="{n}"}} {n}\n' for n in range(3000)))
    server.serve("/empty", "")
    for path, body in BAD.items():
        server.serve(path, body)
    yield server
    server.stop()


def jobs(server):
    """Every scrape configuration that both programs get."""
    def job(name, path, labels=None, **keys):
        return {
            "job_name": name, "metrics_path": path, "scrape_interval": "1s", "scrape_timeout": "1s",
            "static_configs": [{"targets": [server.address], "labels": labels or {}}], **keys,
        }

    rewrite = [
        {"source_labels": ["code"], "regex": "(.).*", "target_label": "class",
         "replacement": "${1}xx"},
        {"source_labels": ["__name__"], "regex": "tiny|huge", "action": "drop"},
        {"regex": "quantile", "action": "labeldrop"},
        {"regex": "(me)thod", "action": "labelmap", "replacement": "copied_$1"},
        {"source_labels": ["method", "code"], "separator": "@", "target_label": "both"},
        {"source_labels": ["path"], "modulus": 7, "target_label": "shard", "action": "hashmod"},
        {"source_labels": ["method"], "target_label": "upper", "action": "uppercase"},
        {"source_labels": ["class"], "regex": "xx", "target_label": "class", "replacement": ""},
    ]
    targets = [
        {"target_label": "rack", "replacement": "r1"},
        {"source_labels": ["__address__"], "regex": r"127\.0\.0\.1:(\d+)", "target_label": "port",
         "replacement": "p$1"},
        {"source_labels": ["__scheme__", "__metrics_path__"], "target_label": "where",
         "separator": ""},
    ]
    return [
        job("text", "/text", {"zone": "a", "code": "target's"}),
        job("text-honour", "/text", {"zone": "a", "code": "target's"}, honor_labels=True),
        job("text-times", "/text", honor_timestamps=False),
        job("text-rewritten", "/text", metric_relabel_configs=rewrite, relabel_configs=targets),
        job("openmetrics", "/openmetrics"),
        job("params", "/text", params={"module": ["a b", "c&d"], "x": ["ü"]}),
        job("long", "/long"),
        job("too-long", "/long", sample_limit=2999),
        job("just-enough", "/long", sample_limit=3000),
        job("label-limit", "/text", label_limit=3),
        job("name-limit", "/text", label_name_length_limit=8),
        job("value-limit", "/text", label_value_length_limit=5),
        job("body-limit", "/long", body_size_limit="10KB"),
        job("empty", "/empty"),
        job("missing", "/nothing-here"),
        job("no-eof", "/no-eof"),
        *(job(path[1:], path) for path in BAD),
    ]


def held(server, name_filter):
    """{labels: value} of everything a Prometheus holds now, but for what is measured."""
    values = {}
    for series in server.query(f'{{__name__=~".+",{name_filter}}}'):
        labels = series["metric"]
        if labels["__name__"] == "scrape_duration_seconds":
            continue
        value = float(series["value"][1])
        values[json.dumps(labels, sort_keys=True)] = "NaN" if math.isnan(value) else value
    return values


def test_both_hold_the_same_series(make_agent, tmp_path, prometheus, server):
    configs = jobs(server)
    folder = tmp_path / "reference"
    folder.mkdir()
    reference = PrometheusServer(folder, yaml.safe_dump(configs, default_flow_style=True).strip())
    reference.start()
    try:
        make_agent({
            "scrape_configs": configs,
            "self_scrape": False,
            "remote_write": [{
                "url": prometheus.remote_write_url,
                "queue_config": {"batch_send_deadline": "500ms"},
            }],
        }).start()
        names = "|".join(job["job_name"] for job in configs)
        selector = f'job=~"{names}"'

        def settled():
            both = held(reference, selector), held(prometheus, selector)
            for values in both:
                if sum('"__name__": "up"' in labels for labels in values) != len(configs):
                    return None
                # A scrape that fails adds its series anew each time.
                if any(value for key, value in values.items()
                       if "scrape_series_added" in key and "too-long" not in key):
                    return None
            return both

        theirs, ours = wait_until(settled, 60, "both to have scraped everything")
    finally:
        reference.kill()
        reference.print_tail()
    theirs = {key: value for key, value in theirs.items() if "scrape_series_added" not in key}
    ours = {key: value for key, value in ours.items() if "scrape_series_added" not in key}
    differences = [
        f"{key}: theirs {theirs.get(key)}, ours {ours.get(key)}"
        for key in sorted(theirs.keys() | ours.keys()) if theirs.get(key) != ours.get(key)
    ]
    print(*differences[:60], sep="\n")
    assert not differences, f"{len(differences)} of {len(theirs)} series differ"
    print(f"{len(ours)} series, all the same")
    assert len(ours) > 6000
