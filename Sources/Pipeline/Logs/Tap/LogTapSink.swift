import Bytes
import Codecs
import Config
import Patterns
import Telemetry

/// Writes the records that somebody who looks on wants.
struct LogTapSink: LogSink {
    typealias Options = NoOptions

    static let name: ComponentName = "tap"

    let destination = LogDestination.standardOutput
    let delivery: LogDeliveryOptions
    private let options: LogTapOptions
    private let host: String
    private let channel: LogTapChannel

    init(_ options: NoOptions, in context: ComponentContext) throws(ConfigError) {
        let channel = LogTapChannel(LogTapOptions(), missed: LogTaps.missed(in: context.meters))
        self.init(LogTapOptions(), for: channel, host: context.nodeName)
    }

    init(_ options: LogTapOptions, for channel: LogTapChannel, host: String) {
        var delivery = LogDeliveryOptions()
        delivery.maxRequestBytes = 256 << 10
        delivery.flushInterval = .milliseconds(20)
        self.delivery = delivery
        self.options = options
        self.channel = channel
        self.host = host
    }

    func makeEncoder() -> any LogEncoder { Encoder(self.options, self.channel, self.host) }

    func interpret(_ response: HTTPResponse, items: Int) -> Outcome { .accepted }
}

extension LogTapSink {
    private final class Encoder: LogEncoder {
        private let options: LogTapOptions
        private let channel: LogTapChannel
        private var json: LogJSON
        private var written = 0

        init(_ options: LogTapOptions, _ channel: LogTapChannel, _ host: String) {
            self.options = options
            self.channel = channel
            let dedots = options.layout == .ecs
            self.json = LogJSON(.init(layout: options.layout, host: host, dedots: dedots))
        }

        func encode(_ batch: borrowing LogBatch, segment: Int, into request: LogRequest) {
            self.json.begin(batch.origin)
            let allowance = self.channel.allowance
            for record in batch.table.records where self.isWanted(record, batch) {
                if self.written >= allowance { return }
                self.written += 1
                switch self.options.format {
                case .json: self.json.append(record, of: batch, to: &request.payload.bytes)
                case .text: Self.append(record, batch, to: &request.payload.bytes)
                }
                request.payload.bytes.append(UInt8(ascii: "\n"))
                request.items.append(
                    LogItem(
                        end: request.payload.bytes.count,
                        records: 1,
                        sourceBytes: record.sourceBytes,
                        segment: segment,
                    )
                )
            }
        }

        private func isWanted(_ record: LogRecord, _ batch: borrowing LogBatch) -> Bool {
            if !self.options.streams.contains(record.stream) { return false }
            guard let pattern = self.options.pattern else { return true }
            return batch.withBody(of: record) { pattern.matches($0) }
        }

        /// Appends `2026-11-24T20:48:55.123456789Z shop/web-1/app stderr the body`.
        private static func append(
            _ record: LogRecord,
            _ batch: borrowing LogBatch,
            to out: inout OutputBuffer,
        ) {
            let (seconds, rest) = record.time.quotientAndRemainder(dividingBy: 1_000_000_000)
            out.append(civilTime: CivilTime(epochSeconds: rest < 0 ? seconds - 1 : seconds))
            out.append(UInt8(ascii: "."))
            out.append(decimal: UInt64(rest < 0 ? rest + 1_000_000_000 : rest), width: 9)
            out.append("Z ")
            let origin = batch.origin
            if origin.isPod {
                out.append("\(origin.namespace)/\(origin.pod)/\(origin.container)")
            } else {
                out.append(origin.path)
            }
            out.append(UInt8(ascii: " "))
            if record.stream != .unknown {
                out.append(record.stream.name)
                out.append(UInt8(ascii: " "))
            }
            batch.withBody(of: record) { out.append($0) }
        }
    }
}
