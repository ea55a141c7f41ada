import Bytes
import Codecs
import Telemetry

/// What a protobuf body says of families, which is read once and then known by its hash.
extension ProtobufBodyReader {
    /// What tells the lines of a family's comments from each other and from its series.
    private static let comment: UInt64 = 1 << 32

    mutating func begin(
        _ header: MetricFamilyHeader,
        _ bytes: borrowing Span<UInt8>,
        _ intake: inout ScrapeIntake,
        _ series: inout TargetSeries,
        _ scratch: inout ScrapeScratch,
    ) throws(ScrapeFailure) {
        let name = bytes.extracting(header.name)
        if name.isEmpty || !name.isValidUTF8 || !bytes.extracting(header.help).isValidUTF8 {
            throw self.failure(
                ProtobufError(
                    at: header.name.lowerBound,
                    expected: "a family with a name, and name and help in UTF-8",
                    found: name.isEmpty ? "no name" : "bytes that are none",
                )
            )
        }
        self.enter(header, bytes, intake.hash)
        let key = intake.hash.combine(self.nameHash, Self.comment | header.type.rawValue)
        let text = intake.hash(bytes, from: header.help.lowerBound, count: header.help.count)
        let hash = intake.hash.combine(key, text)
        let length = header.name.count + header.help.count
        if !intake.takeComment(hash, length: length, &series, &scratch) {
            let family = series.table.families.number(of: name.text)
            let help = bytes.extracting(header.help).text
            let kind = header.type.kind
            series.table.families.describe(family) {
                $0.kind = kind
                $0.help = help
            }
            let entry = CommentTable.Entry(subject: .type, kind: kind, family: family)
            intake.describe(hash, length: length, entry, &series, &scratch)
        }
        if !header.unit.isEmpty {
            self.describe(.unit, header.unit, bytes, &intake, &series, &scratch)
        }
    }

    /// Takes a help text or unit that stands by itself.
    func describe(
        _ subject: CommentTable.Subject,
        _ range: Range<Int>,
        _ bytes: borrowing Span<UInt8>,
        _ intake: inout ScrapeIntake,
        _ series: inout TargetSeries,
        _ scratch: inout ScrapeScratch,
    ) {
        let key = intake.hash.combine(self.nameHash, Self.comment << 1 | UInt64(subject.rawValue))
        let text = intake.hash(bytes, from: range.lowerBound, count: range.count)
        let hash = intake.hash.combine(key, text)
        let length = self.name.count + range.count
        if intake.takeComment(hash, length: length, &series, &scratch) { return }
        let family = series.table.families.number(of: self.name.span.text)
        let value = bytes.extracting(range).text
        series.table.families.describe(family) {
            if subject == .unit { $0.unit = value } else { $0.help = value }
        }
        let entry = CommentTable.Entry(subject: subject, family: family)
        intake.describe(hash, length: length, entry, &series, &scratch)
    }
}

extension ScrapeIntake {
    /// Takes what a body says of a family, if that was read before and is still so.
    fileprivate mutating func takeComment(
        _ hash: UInt64,
        length: Int,
        _ series: inout TargetSeries,
        _ scratch: inout ScrapeScratch,
    ) -> Bool {
        if let line = self.expected(series), series.lines.hashes[Int(line)] == hash,
            series.lines.lengths[Int(line)] == UInt32(length),
            self.takeComment(line, series)
        {
            self.advance(line, &scratch)
            return true
        }
        guard let line = series.lines.find(hash, length: length), self.takeComment(line, series)
        else { return false }
        self.follow(line, series, &scratch)
        return true
    }
}
