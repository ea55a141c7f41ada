import AgentTesting
import Bytes
import Codecs
import Pipeline
import Telemetry

@testable import Scraping

extension ScrapeBench {
    /// Reads a protobuf body at a time in milliseconds.
    @discardableResult
    func scrape(protobuf body: [UInt8], at time: Int64 = 2_000_000) async -> ScrapeIngester.Report {
        let payload = Payload(capacity: body.count)
        payload.bytes.append(body.span)
        return await self.ingester.ingest(
            ScrapeIngester.Arrival(
                timestamp: time,
                start: 0,
                body: .success(ScrapeBody(payload, .protobuf)),
            ),
            for: self.source,
        )
    }

    /// The last scrape's samples with all they have, one a line:
    /// `name{labels} value @time since START {exemplar} value @time | histogram`.
    var lastInFull: [String] {
        let samples = self.receiver.batches.last ?? []
        return samples.filter { !Self.isReport($0.name) }.map(Self.fullText)
    }

    private static func fullText(_ sample: CollectingReceiver.Sample) -> String {
        var text = Self.text(sample)
        if sample.time != 2_000_000 { text += " @\(sample.time)" }
        if sample.start != 0 { text += " since \(sample.start)" }
        for exemplar in sample.exemplars {
            let labels = exemplar.labels.labels.map { "\($0.name)=\($0.value)" }
            text += " {\(labels.joined(separator: ","))} \(Double(bitPattern: exemplar.bits))"
            text += " @\(exemplar.time)"
        }
        if let histogram = sample.histogram { text += " | \(Self.histogram(histogram))" }
        return text
    }

    /// The fields of remote write's histogram, each by its number; spans as `offset+length`.
    static func histogram(_ bytes: [UInt8]) -> String {
        var reader = ProtobufReader(0..<bytes.count)
        var fields: [(Int, String)] = []
        func add(_ field: Int, _ text: String) {
            if fields.last?.0 == field {
                fields[fields.count - 1].1 += " " + text
            } else {
                fields.append((field, text))
            }
        }
        do throws(ProtobufError) {
            while try reader.next(in: bytes.span) {
                let field = reader.field
                switch field {
                case 1, 6, 14: add(field, "\(try reader.number(in: bytes.span))")
                case 4: add(field, "\(try reader.zigzag(in: bytes.span))")
                case 8, 11: add(field, try Self.spanText(&reader, bytes))
                case 9, 12:
                    try reader.numbers(in: bytes.span) { number throws(ProtobufError) in
                        add(field, "\(ProtobufReader.zigzag(number))")
                    }
                default:
                    try reader.doubles(in: bytes.span) { bits throws(ProtobufError) in
                        add(field, "\(Double(bitPattern: bits))")
                    }
                }
            }
        } catch {
            return error.description
        }
        return fields.map { "\($0.0):\($0.1)" }.joined(separator: "; ")
    }

    private static func spanText(
        _ reader: inout ProtobufReader,
        _ bytes: [UInt8],
    ) throws(ProtobufError) -> String {
        var span = ProtobufReader(try reader.message(in: bytes.span))
        var (offset, length) = (Int64(0), UInt64(0))
        while try span.next(in: bytes.span) {
            if span.field == 1 {
                offset = try span.zigzag(in: bytes.span)
            } else {
                length = try span.number(in: bytes.span)
            }
        }
        return "\(offset)+\(length)"
    }
}
