"""Container log files on their way to a bulk sink: the workload, the agents, one measured run."""

import shutil
import time

from generate_logs import generate
from measuring import DATA, SUBJECT_CORE, Program, free_port, martlet

STALL_SECONDS = 30


class Workload:
    """CRI files in the page cache: `records` in each, a share of them JSON."""

    def __init__(self, files, records, json_share=0.5):
        self.records = files * records
        self.folder = DATA / f"logs-{files}-{records}-{json_share:g}"
        if not self.folder.exists():
            print(f"==> Writing the workload into {self.folder}")
            partial = self.folder.with_suffix(".partial")
            shutil.rmtree(partial, ignore_errors=True)
            generate(partial, files, records, json_share)
            partial.rename(self.folder)
        self.bytes = self.lines = 0
        for path in self.folder.iterdir():
            content = path.read_bytes()
            self.bytes += len(content)
            self.lines += content.count(b"\n")

    def __str__(self):
        return f"{self.bytes / 1e6:.0f} MB, {self.lines} lines, {self.records} records"


def wait_for_lines(receiver, program, lines):
    """Waits until the receiver has so many, or no more come; returns how many it has."""
    seen, moved = -1, time.monotonic()
    while seen < lines and time.monotonic() - moved < STALL_SECONDS:
        time.sleep(0.02)
        program.check()
        now = receiver.stats()["lines"]
        if now != seen:
            seen, moved = now, time.monotonic()
    return seen


def deliver(arguments, name, receiver, records, lines_a_record=2):
    """Runs one program until all records have arrived; returns its figures."""
    begin = time.monotonic()
    with Program(arguments, SUBJECT_CORE, name) as program:
        wait_for_lines(receiver, program, lines_a_record * records)
        # The confirmation of the last batch is part of the work.
        time.sleep(0.2)
        cpu, peak, code = program.cpu_seconds(), program.memory("VmHWM"), program.memory("RssFile")
    stats = receiver.stats()
    return {"records": stats["lines"] / lines_a_record, "cpu": cpu, "peak": peak, "code": code,
            "wall": stats["last"] - begin, "sent": stats["bytes"]}


def row(name, got, workload, expected=None):
    """A row under `COLUMNS`; the ratio is put behind it by `compare`."""
    return [
        name, got["cpu"], got["wall"], workload.bytes / 1e6 / got["cpu"], got["records"] / got["cpu"],
        got["records"] - (expected or workload.records), got["sent"] / 1e6, got["peak"], got["code"],
    ]


COLUMNS = ["program", "CPU s", "wall s", "MB/CPU s", "records/CPU s",
           "records over (+) or lost (-)", "MB sent", "VmHWM MB", "of it files MB"]


def compare(rows):
    """Puts behind each row how many times its rate the first row's is."""
    return [*COLUMNS, "x"], [[*cells, rows[0][3] / cells[3]] for cells in rows]


def martlet_arguments(folder, receiver, rules="[]", source="type: kubernetes", listen=None):
    """Martlet reading `folder` from its beginning, with the rules of a YAML flow sequence."""
    state = DATA / "state"
    shutil.rmtree(state, ignore_errors=True)
    config = DATA / "logs.yaml"
    config.write_text(f"""\
server: {{listen: "127.0.0.1:{listen or free_port()}"}}
kubernetes: {{node_name: bench}}
logs:
  state_dir: {state}
  sources: [{{name: bench, {source}, path: {folder}, read_from: beginning}}]
  rules: {rules}
  sinks: [{{name: es, type: elasticsearch, url: "{receiver.url}", index: "logs-%{{+YYYY.MM.dd}}"}}]
""")
    return [martlet(), "run", "--config", config]


def fluent_bit_arguments(program, folder, receiver, filters="", files="*.log"):
    """Fluent Bit reading `folder` from its beginning, with filters in its classic format."""
    config = DATA / "fluent-bit.conf"
    parsers = DATA / "fluent-bit-parsers.conf"
    parsers.write_text("[PARSER]\n    name bench_json\n    format json\n")
    config.write_text(f"""\
[SERVICE]
    flush 1
    log_level warn
    parsers_file {parsers}
[INPUT]
    name tail
    path {folder}/{files}
    multiline.parser cri
    read_from_head true
    tag kube.*
{filters}
[OUTPUT]
    name es
    match *
    host 127.0.0.1
    port {receiver.port}
    index logs
    suppress_type_name on
""")
    return [program, "-c", config]


def rsyslog_arguments(program, folder, receiver, files="*.log"):
    """rsyslog reading `folder` from its beginning: imfile to omelasticsearch, in large requests.

    Time, stream and text are cut from where they stand in a line of this workload, which is the
    cheapest that its templates can do.
    """
    state = DATA / "state-rsyslog"
    shutil.rmtree(state, ignore_errors=True)
    state.mkdir()
    config = DATA / "rsyslog.conf"
    config.write_text(f"""\
global(workDirectory="{state}" maxMessageSize="64k")
module(load="imfile")
module(load="omelasticsearch")
template(name="document" type="list" option.jsonf="on") {{
    property(outname="@timestamp" name="msg" position.to="30" format="jsonf")
    property(outname="stream" name="msg" position.from="32" position.to="37" format="jsonf")
    property(outname="log" name="msg" position.from="41" format="jsonf")
    property(outname="file" name="$!metadata!filename" format="jsonf")
}}
input(type="imfile" file="{folder}/{files}" tag="cri" addMetadata="on" ruleset="deliver")
ruleset(name="deliver") {{
    action(type="omelasticsearch" server="127.0.0.1" serverPort="{receiver.port}" template="document"
        bulkMode="on" searchIndex="logs" searchType="" maxBytes="4m" action.resumeRetryCount="-1"
        queue.type="LinkedList" queue.size="100000" queue.dequeueBatchSize="8192")
}}
""")
    return [program, "-n", "-f", config, "-i", state / "pid"]
