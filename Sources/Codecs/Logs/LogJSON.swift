package import Bytes
package import Telemetry

/// Writes log records as JSON objects.
///
/// What is the same for all records of a file is rendered once; a record costs its time, its body
/// and two copies.
package struct LogJSON: ~Copyable, Sendable {
    /// Which names the fields have.
    package enum Layout: String, Sendable, CaseIterable {
        /// Fluent Bit's: `log`, `stream` and a `kubernetes` object.
        case kubernetes
    }

    private let layout: Layout
    private let host: String
    private var endings = OutputBuffer(capacity: 1024)
    private var endingStarts: (Int, Int, Int, Int) = (0, 0, 0, 0)
    private var second = Int64.min
    private var secondText = OutputBuffer(capacity: 32)

    /// Describes a writer; `host` is the node's name.
    package init(layout: Layout, host: String) {
        self.layout = layout
        self.host = host
    }

    /// Renders what the records of `origin` have in common.
    package mutating func begin(_ origin: LogOrigin) {
        self.endings.removeAll()
        self.endingStarts.0 = self.endings.count
        self.appendEnding(origin, .stdout)
        self.endingStarts.1 = self.endings.count
        self.appendEnding(origin, .stderr)
        self.endingStarts.2 = self.endings.count
        self.appendEnding(origin, .unknown)
        self.endingStarts.3 = self.endings.count
    }

    /// Appends one record as an object, without a line end.
    @inline(__always)
    package mutating func append(
        _ record: LogRecord,
        _ body: borrowing Span<UInt8>,
        to out: inout OutputBuffer,
    ) {
        out.append("{\"@timestamp\":\"")
        self.append(time: record.time, to: &out)
        out.append("Z\",\"log\":\"")
        out.append(jsonEscaped: body)
        let ending: Range<Int> =
            switch record.stream {
            case .stdout: self.endingStarts.0..<self.endingStarts.1
            case .stderr: self.endingStarts.1..<self.endingStarts.2
            case .unknown: self.endingStarts.2..<self.endingStarts.3
            }
        out.append(UInt8(ascii: "\""))
        if !record.flags.subtracting(.derived).isEmpty {
            Self.append(record.flags, to: &out)
        }
        out.append(self.endings.span.extracting(ending))
    }

    /// Appends `2026-11-23T17:05:18.000000000`; the second is rendered when it changes.
    @inline(__always)
    private mutating func append(time: Int64, to out: inout OutputBuffer) {
        var seconds = time / 1_000_000_000
        var nanoseconds = time &- seconds &* 1_000_000_000
        if nanoseconds < 0 {
            nanoseconds &+= 1_000_000_000
            seconds &-= 1
        }
        if seconds != self.second {
            self.second = seconds
            self.secondText.removeAll()
            self.secondText.append(civilTime: CivilTime(epochSeconds: seconds))
            self.secondText.append(UInt8(ascii: "."))
        }
        out.append(self.secondText.span)
        out.append(decimal: UInt64(nanoseconds), width: 9)
    }

    private static func append(_ flags: LogRecord.Flags, to out: inout OutputBuffer) {
        if flags.contains(.truncated) { out.append(",\"truncated\":true") }
        if flags.contains(.incomplete) { out.append(",\"incomplete\":true") }
        if flags.contains(.malformed) { out.append(",\"parse_error\":true") }
    }

    private mutating func appendEnding(_ origin: LogOrigin, _ stream: LogStream) {
        if stream != .unknown {
            self.endings.append(",\"stream\":\"")
            self.endings.append(stream.name)
            self.endings.append("\"")
        }
        switch self.layout {
        case .kubernetes: self.appendKubernetes(origin)
        }
        self.endings.append("}")
    }

    /// Fluent Bit's `kubernetes` filter, as far as it is known; the path itself outside of pods.
    private mutating func appendKubernetes(_ origin: LogOrigin) {
        if !origin.isPod {
            self.endings.append(",\"file\":")
            self.endings.append(jsonString: origin.path)
            self.endings.append(",\"host\":")
            self.endings.append(jsonString: self.host)
            return
        }
        self.endings.append(",\"kubernetes\":{\"pod_name\":")
        self.endings.append(jsonString: origin.pod)
        self.endings.append(",\"namespace_name\":")
        self.endings.append(jsonString: origin.namespace)
        if !origin.podUID.isEmpty {
            self.endings.append(",\"pod_id\":")
            self.endings.append(jsonString: origin.podUID)
        }
        self.endings.append(",\"container_name\":")
        self.endings.append(jsonString: origin.container)
        if let metadata = origin.metadata { self.append(metadata) }
        let containerID = origin.metadata.map(\.containerID) ?? origin.containerID
        if !containerID.isEmpty {
            self.endings.append(",\"docker_id\":")
            self.endings.append(jsonString: containerID)
        }
        self.endings.append(",\"host\":")
        self.endings.append(jsonString: self.host)
        self.endings.append("}")
    }

    /// What the cluster says of the container, under Fluent Bit's names where it has one.
    private mutating func append(_ metadata: LogPodMetadata) {
        self.append(metadata.labels, as: "labels")
        self.append(metadata.annotations, as: "annotations")
        self.append(metadata.podIP, as: "pod_ip")
        self.append(metadata.image, as: "container_image")
        self.append(metadata.imageID, as: "container_hash")
        self.append(metadata.workloadKind, as: "workload_kind")
        self.append(metadata.workloadName, as: "workload_name")
    }

    private mutating func append(_ value: String, as name: String) {
        if value.isEmpty { return }
        self.endings.append(",\"\(name)\":")
        self.endings.append(jsonString: value)
    }

    private mutating func append(_ pairs: [LogPodMetadata.Pair], as name: String) {
        if pairs.isEmpty { return }
        self.endings.append(",\"\(name)\":{")
        for (place, pair) in pairs.enumerated() {
            if place > 0 { self.endings.append(",") }
            self.endings.append(jsonString: pair.key)
            self.endings.append(":")
            self.endings.append(jsonString: pair.value)
        }
        self.endings.append("}")
    }
}

extension LogJSON {
    /// Appends one record of `batch` as a line, and the item that it makes.
    @inline(__always)
    mutating func append(
        _ record: LogRecord,
        of batch: borrowing LogBatch,
        segment: Int,
        to out: inout OutputBuffer,
        items: inout [LogItem],
    ) {
        if record.flags.contains(.derived) {
            self.append(record, batch.table.derived.span.extracting(record.range), to: &out)
        } else {
            self.append(record, batch.input.span.extracting(record.range), to: &out)
        }
        out.append(UInt8(ascii: "\n"))
        items.append(
            LogItem(end: out.count, records: 1, sourceBytes: record.sourceBytes, segment: segment)
        )
    }
}

/// Writes records as one JSON object a line.
package struct LogJSONLines: ~Copyable, Sendable {
    private var json: LogJSON

    /// Describes a writer; `host` is the node's name.
    package init(layout: LogJSON.Layout, host: String) {
        self.json = LogJSON(layout: layout, host: host)
    }

    /// Appends the batch's records, each as an item of `segment`.
    package mutating func append(
        _ batch: borrowing LogBatch,
        segment: Int,
        to out: inout OutputBuffer,
        items: inout [LogItem],
    ) {
        self.json.begin(batch.origin)
        for record in batch.table.records {
            self.json.append(record, of: batch, segment: segment, to: &out, items: &items)
        }
    }
}
