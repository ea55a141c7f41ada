package import Bytes
package import Telemetry

/// Writes log records as JSON objects.
///
/// What is the same for all records of a file is rendered once; a record costs its time, its body,
/// its fields and two copies.
package struct LogJSON: ~Copyable, Sendable {
    /// Which names the fields have.
    package enum Layout: String, Sendable, CaseIterable {
        /// Fluent Bit's: `log`, `stream` and a `kubernetes` object.
        case kubernetes
        /// Names of one word at the top, nothing nested.
        case flat
        /// Elastic Common Schema.
        case ecs
        /// OpenTelemetry's, as Elasticsearch stores them.
        case otel

        /// What there is to choose from, in one line.
        package static var summary: String {
            "The names of the fields: Fluent Bit's (kubernetes), plain words at the top (flat), "
                + "Elastic Common Schema (ecs), OpenTelemetry's (otel)."
        }

        var type: any LogLayout.Type {
            switch self {
            case .kubernetes: KubernetesLayout.self
            case .flat: FlatLayout.self
            case .ecs: ECSLayout.self
            case .otel: OTelLayout.self
            }
        }
    }

    /// What to write besides the records.
    package struct Format: Sendable {
        /// Which names the fields have.
        package var layout: Layout
        /// The node's name.
        package var host: String
        /// Whether dots in the keys of labels and annotations become `_`.
        package var dedots: Bool

        /// Describes a format.
        package init(layout: Layout, host: String, dedots: Bool = true) {
            self.layout = layout
            self.host = host
            self.dedots = dedots
        }
    }

    /// What the records of a file and a stream have in common.
    struct File {
        let origin: LogOrigin
        let stream: LogStream
        let host: String
        let dedots: Bool
    }

    private let format: Format
    private let layout: any LogLayout.Type
    private let names: LogLayoutNames
    private var common = LogJSONCommon()
    private var plan: LogFieldPlan
    private var originParts: Parts = []
    private var second = Int64.min
    private var secondText = OutputBuffer(capacity: 32)

    /// Describes a writer.
    package init(_ format: Format) {
        self.format = format
        self.layout = format.layout.type
        self.names = self.layout.names
        self.plan = LogFieldPlan(self.names)
    }

    /// Renders what the records of `origin` have in common.
    package mutating func begin(_ origin: LogOrigin) {
        self.originParts = [.always, origin.isPod ? .pod : .file]
        self.common.removeAll()
        for stream in LogStream.allCases {
            let file = File(
                origin: origin,
                stream: stream,
                host: self.format.host,
                dedots: self.format.dedots,
            )
            self.common.render(file, by: self.layout)
        }
    }

    /// Appends one record of `batch` as an object, without a line end.
    @inline(__always)
    package mutating func append(
        _ record: LogRecord,
        of batch: borrowing LogBatch,
        to out: inout OutputBuffer,
    ) {
        out.append(self.names.time)
        self.append(time: record.time, to: &out)
        if record.flags.contains(.bodyless) {
            out.append("Z\"")
        } else {
            out.append(self.names.body)
            if record.flags.contains(.derived) {
                out.append(jsonEscaped: batch.table.derived.span.extracting(record.range))
            } else {
                out.append(jsonEscaped: batch.input.span.extracting(record.range))
            }
            out.append(self.names.bodyEnd)
        }
        let hasFields = record.fieldCount > 0
        if hasFields {
            self.plan.make(record, of: batch, besides: self.parts(of: record))
            self.appendPlaces(batch, to: &out)
        }
        if let offset = self.names.offset {
            out.append(offset)
            out.append(decimal: record.offset)
        }
        if hasFields || record.severity != .unknown {
            self.appendSeverity(record, batch, hasFields: hasFields, to: &out)
        }
        self.common.appendOpening(of: record.stream, to: &out)
        if !record.flags.subtracting([.derived, .bodyless]).isEmpty {
            Self.append(record.flags, to: &out)
        }
        if hasFields { self.appendFields(batch, to: &out) }
        self.common.appendEnding(of: record.stream, to: &out)
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
        if !flags.isDisjoint(with: [.malformed, .unparsed]) {
            out.append(",\"parse_error\":true")
        }
    }
}

// What fields say.
extension LogJSON {
    /// What is written of a record besides its fields.
    private func parts(of record: LogRecord) -> Parts {
        var parts = self.originParts
        if !record.flags.contains(.bodyless) { parts.insert(.body) }
        if record.stream != .unknown { parts.insert(.stream) }
        if record.flags.contains(.truncated) { parts.insert(.truncated) }
        if record.flags.contains(.incomplete) { parts.insert(.incomplete) }
        if !record.flags.isDisjoint(with: [.malformed, .unparsed]) { parts.insert(.parseError) }
        return parts
    }

    /// Appends trace, span and trace flags.
    private func appendPlaces(_ batch: borrowing LogBatch, to out: inout OutputBuffer) {
        self.append(self.plan.traceID, self.names.traceID, batch, to: &out)
        self.append(self.plan.spanID, self.names.spanID, batch, to: &out)
        if let place = self.names.traceFlags {
            self.append(self.plan.traceFlags, place, batch, to: &out)
        }
    }

    private func append(
        _ index: Int?,
        _ place: LogLayoutNames.Place,
        _ batch: borrowing LogBatch,
        to out: inout OutputBuffer,
    ) {
        guard let index else { return }
        out.append(place.start)
        Self.appendText(batch.table.fields[index], batch, to: &out)
        out.append(place.end)
    }

    private func appendSeverity(
        _ record: LogRecord,
        _ batch: borrowing LogBatch,
        hasFields: Bool,
        to out: inout OutputBuffer,
    ) {
        let names = self.names.severity
        if let number = names.number, record.severity != .unknown {
            out.append(number)
            out.append(decimal: UInt64(record.severity.rawValue))
        }
        if hasFields, let field = self.plan.severity {
            out.append(names.start)
            Self.appendText(batch.table.fields[field], batch, to: &out)
        } else if record.severity != .unknown {
            out.append(names.start)
            out.append(
                names.words == .theirsInCapitals
                    ? record.severity.nameInCapitals : record.severity.name
            )
        } else {
            return
        }
        out.append("\"")
    }

    private func appendFields(_ batch: borrowing LogBatch, to out: inout OutputBuffer) {
        for entry in self.plan.entries.reversed() {
            let field = batch.table.fields[entry.field]
            out.append(",\"")
            if entry.key.isEmpty {
                batch.withText(field.key) { out.append(jsonEscaped: $0) }
            } else {
                out.append(self.plan.keys.span.extracting(entry.key))
            }
            if field.form == .json {
                out.append("\":")
                batch.withText(field.value) { out.append($0) }
            } else {
                out.append("\":\"")
                Self.appendText(field, batch, to: &out)
                out.append(UInt8(ascii: "\""))
            }
        }
    }

    private static func appendText(
        _ field: LogField,
        _ batch: borrowing LogBatch,
        to out: inout OutputBuffer,
    ) {
        batch.withText(field.value) { value in
            if field.form == .text { out.append(jsonEscaped: value) } else { out.append(value) }
        }
    }
}

extension LogSeverity {
    /// The scale's short name for its range of four.
    fileprivate var nameInCapitals: StaticString {
        switch self.rawValue {
        case 1...4: "TRACE"
        case 5...8: "DEBUG"
        case 9...12: "INFO"
        case 13...16: "WARN"
        case 17...20: "ERROR"
        case 21...24: "FATAL"
        default: ""
        }
    }
}
