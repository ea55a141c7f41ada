"""Encodes messages with Google's protobuf library, and prints them for the Swift tests.

    pip install protobuf grpcio-tools
    python3 Tests/Recording/record.py exposition
    python3 Tests/Recording/record.py histograms

Each line is a name, a space and base64; tests hold what was printed. Nothing of this runs with them.
"""

import base64
import pathlib
import sys
import tempfile

from google.protobuf import text_format
from google.protobuf.internal.encoder import _VarintBytes
from grpc_tools import protoc
import grpc_tools

FOLDER = pathlib.Path(__file__).parent

NATIVE = """
  sample_sum: 0.5 schema: 3 zero_threshold: 1e-39
  bucket { COUNT: 2 upper_bound: -0.5 }
  bucket { COUNT: 4 upper_bound: -0.25 exemplar {
    label { name: "trace_id" value: "a1" } value: -0.3
    timestamp { seconds: 1625851155 nanos: 146848499 } } }
  bucket { COUNT: 12 upper_bound: 1 exemplar { label { name: "trace_id" value: "b2" } value: 0.9 } }
  negative_span { offset: -162 length: 1 } negative_span { offset: 23 length: 4 }
  positive_span { offset: -161 length: 1 } positive_span { offset: 8 length: 3 }
"""
INTEGERS = NATIVE.replace("COUNT", "cumulative_count") + """
  sample_count: 18 zero_count: 2
  negative_delta: [1, 3, -2, -1, 1] positive_delta: [1, 2, -2, 0]
"""
FLOATS = NATIVE.replace("COUNT", "cumulative_count_float") + """
  sample_count_float: 18.5 zero_count_float: 2.5
  negative_count: [1, 4, 2, 1, 2] positive_count: [1, 3, 1, 1]
"""
CREATED = "created_timestamp { seconds: 1625851153 nanos: 146848499 }"

EXPOSITION = {
    "gauge": """name: "build_info" help: "How it was \\"built\\"." type: GAUGE
        metric { label { name: "path" value: "example.com/x" } label { name: "sum" value: "" }
                 label { name: "version" value: "1\\n2" } gauge { value: 1 } }""",
    "counter": """name: "alloc_bytes_total" help: "Bytes." type: COUNTER unit: "bytes"
        metric { counter { value: 1546544 exemplar { label { name: "z" value: "1" }
          label { name: "a" value: "2" } value: 12
          timestamp { seconds: 1625851151 nanos: 233181499 } } } }""",
    "untyped": """name: "something" help: "Of no type." type: UNTYPED
        metric { untyped { value: 42 } timestamp_ms: 1234567 }""",
    "histogram": 'name: "h" help: "Both." type: HISTOGRAM metric { histogram { '
    + INTEGERS + "} }",
    "gauge_histogram": 'name: "gh" type: GAUGE_HISTOGRAM metric { histogram { ' + INTEGERS + "} }",
    "float_histogram": 'name: "fh" type: HISTOGRAM metric { histogram { ' + FLOATS + "} }",
    "gauge_float_histogram": 'name: "gfh" type: GAUGE_HISTOGRAM metric { histogram { '
    + FLOATS + "} }",
    "classic": """name: "c" help: "Classic." type: HISTOGRAM metric { histogram {
        sample_count: 175 sample_sum: 0.000828 schema: 0 zero_threshold: 0
        bucket { cumulative_count: 2 upper_bound: -0.00048 }
        bucket { cumulative_count: 4 upper_bound: 5e-05 exemplar {
          label { name: "id" value: "7" } value: 4e-05
          timestamp { seconds: 1625851153 nanos: 146848499 } } }
        bucket { cumulative_count: 16 upper_bound: 10 exemplar {
          label { name: "id" value: "8" } value: 9 } } } }""",
    "classic_inf": """name: "ci" type: HISTOGRAM metric { label { name: "a" value: "b" } histogram {
        sample_count_float: 6.5 sample_sum: 50
        bucket { cumulative_count: 2 upper_bound: 20 }
        bucket { cumulative_count_float: 6.5 upper_bound: inf } } }""",
    "two": """name: "two" type: HISTOGRAM
        metric { label { name: "foo" value: "bar" } histogram { sample_count: 5 sample_sum: 12.1
          bucket { cumulative_count: 2 upper_bound: 1.1 } schema: 3
          positive_span { offset: 8 length: 2 } positive_delta: [2, 1] } }
        metric { label { name: "foo" value: "baz" } histogram { sample_count: 6 sample_sum: 13.1
          bucket { cumulative_count: 1 upper_bound: 1.1 } schema: 3
          positive_span { offset: 8 length: 2 } positive_delta: [1, 4] } }""",
    "summary": """name: "rpc_seconds" help: "Latency." type: SUMMARY
        metric { label { name: "service" value: "x" } summary { sample_count: 262
          sample_sum: 0.25 quantile { quantile: 0.5 value: 6.4e-07 }
          quantile { quantile: 1 value: nan } } }""",
    "no_quantiles": """name: "bare" type: SUMMARY
        metric { summary { sample_count: 42 sample_sum: 1.5 } }""",
    "empty_histogram": """name: "none" type: HISTOGRAM
        metric { histogram { positive_span { offset: 0 length: 0 } } }""",
    "created_counter": 'name: "cc" type: COUNTER metric { counter { value: 42 ' + CREATED + "} }",
    "created_summary": 'name: "cs" type: SUMMARY metric { summary { sample_count: 42 '
    + CREATED + "} }",
    "created_histogram": 'name: "ch" type: HISTOGRAM metric { histogram { sample_count: 0 '
    "positive_span { offset: 0 length: 0 } " + CREATED + "} }",
    "native_exemplars": 'name: "ne" type: HISTOGRAM metric { histogram { ' + INTEGERS + """
        exemplars { label { name: "id" value: "1" } value: -0.39
          timestamp { seconds: 1625851155 nanos: 146848499 } }
        exemplars { label { name: "id" value: "2" } value: -0.29 }
        exemplars { label { name: "id" value: "3" } value: -0.52
          timestamp { seconds: 1625851160 nanos: 156848499 } } } }""",
    "no_times": 'name: "nt" type: HISTOGRAM metric { histogram { ' + INTEGERS + """
        exemplars { label { name: "id" value: "1" } value: -0.39 } } }""",
    "no_metrics": 'name: "empty" help: "Nothing." type: GAUGE',
}

HISTOGRAMS = {
    "empty": "count_int: 0 zero_count_int: 0",
    "integers": """count_int: 18 sum: 0.5 schema: 3 zero_threshold: 1e-39 zero_count_int: 2
        negative_spans { offset: -162 length: 1 } negative_spans { offset: 23 length: 4 }
        negative_deltas: [1, 3, -2, -1, 1]
        positive_spans { offset: -161 length: 1 } positive_spans { offset: 8 length: 3 }
        positive_deltas: [1, 2, -2, 0]""",
    "gauge_floats": """count_float: 18.5 sum: -1 schema: -4 zero_count_float: 2.5
        positive_spans { length: 2 } positive_counts: [0.5, 15.5] reset_hint: GAUGE""",
    "custom": """count_int: 1000 sum: 1000.25 schema: -53 zero_count_int: 0
        positive_spans { length: 3 } positive_deltas: [50, 850, -850] custom_values: [0.5, 1]""",
    "large": """count_int: 18446744073709551615 sum: nan schema: 8 zero_count_int: 300
        positive_spans { offset: -2147483648 length: 4294967295 }
        positive_deltas: [9223372036854775807, -9223372036854775808]""",
}


def compiled(name):
    """The module that protoc makes of a .proto beside this file."""
    target = tempfile.mkdtemp()
    include = pathlib.Path(grpc_tools.__file__).parent / "_proto"
    arguments = ["protoc", f"-I{FOLDER}", f"-I{include}", f"--python_out={target}", name]
    if protoc.main(arguments) != 0:
        sys.exit(f"{name} does not compile")
    sys.path.insert(0, target)
    return __import__(name.removesuffix(".proto") + "_pb2")


def main():
    if sys.argv[1] == "exposition":
        module = compiled("metrics.proto")
        for name, text in EXPOSITION.items():
            message = text_format.Parse(text, module.MetricFamily()).SerializeToString()
            framed = _VarintBytes(len(message)) + message
            print(name, base64.b64encode(framed).decode())
    else:
        module = compiled("remote_write.proto")
        for name, text in HISTOGRAMS.items():
            message = text_format.Parse(text, module.Histogram()).SerializeToString()
            print(name, message.hex())


main()
