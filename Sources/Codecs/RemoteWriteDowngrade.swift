package import Bytes
import Telemetry

/// Rewrites a remote write 2.0 body as one of 1.0, for receivers that turn out to know that only.
///
/// Metadata and start times are left out (1.0 sends metadata in requests of its own), and so are
/// native histograms with bounds of their own.
package struct RemoteWriteDowngrade: ~Copyable {
    /// Why a body can't be rewritten.
    package struct Failure: Error, Sendable, CustomStringConvertible {
        /// What was expected, and where in the uncompressed body it was not found.
        package let description: String

        init(_ expected: String, at offset: Int) {
            self.description = "expected \(expected) at byte \(offset) of a 2.0 request"
        }
    }

    private var symbols: [Range<Int>] = []
    private var inside = OutputBuffer(capacity: 512)
    private var exemplar = OutputBuffer(capacity: 128)
    private var stream = SnappyStream()

    /// Makes a rewriter, which can be used again.
    package init() {}

    /// Rewrites an uncompressed body and appends the new one, compressed, to `output`.
    package mutating func append(
        rewriting body: borrowing Span<UInt8>,
        to output: inout OutputBuffer,
    ) throws(Failure) -> RemoteWriteTally {
        self.stream.removeAll()
        self.symbols.removeAll(keepingCapacity: true)
        var tally = RemoteWriteTally()
        do {
            try self.readSymbols(body)
            var cursor = ProtobufCursor(0..<body.count)
            while let field = try cursor.next(body) {
                guard field.number == 5, case .bytes(let range) = field.content else { continue }
                try self.rewrite(range, body, &tally)
            }
        } catch let error as ProtobufCursor.Malformed {
            throw Failure("a protobuf field", at: error.offset)
        } catch let error as Failure {
            throw error
        } catch {
            throw Failure("a request", at: 0)
        }
        self.stream.finish(into: &output)
        return tally
    }

    private mutating func readSymbols(
        _ body: borrowing Span<UInt8>
    ) throws(ProtobufCursor.Malformed) {
        var cursor = ProtobufCursor(0..<body.count)
        while let field = try cursor.next(body) {
            if field.number == 4, case .bytes(let range) = field.content {
                self.symbols.append(range)
            }
        }
    }

    // MARK: Series: labels_refs 1, samples 2, histograms 3, exemplars 4

    private mutating func rewrite(
        _ series: Range<Int>,
        _ body: borrowing Span<UInt8>,
        _ tally: inout RemoteWriteTally,
    ) throws {
        self.inside.removeAll()
        var counts = RemoteWriteTally()
        // Labels first, whatever the order they came in.
        for wanted in [UInt64(1), 2, 4, 3] {
            var cursor = ProtobufCursor(series)
            while let field = try cursor.next(body) {
                guard field.number == wanted, case .bytes(let range) = field.content else {
                    continue
                }
                switch wanted {
                case 1: try Self.appendLabels(range, body, self.symbols, to: &self.inside)
                case 2: try self.appendSample(range, body, &counts)
                case 3: try self.appendHistogram(range, body, &counts)
                default: try self.appendExemplar(range, body, &counts)
                }
            }
        }
        tally.customHistograms += counts.customHistograms
        // Without a sample the series has nothing to say.
        if counts.samples + counts.histograms == 0 { return }
        tally.samples += counts.samples
        tally.histograms += counts.histograms
        tally.exemplars += counts.exemplars
        self.stream.pending.append(0x0a)
        self.stream.pending.append(varint: UInt64(self.inside.count))
        Self.copy(self.inside, to: &self.stream.pending)
        self.stream.settle()
    }

    private static func appendLabels(
        _ refs: Range<Int>,
        _ body: borrowing Span<UInt8>,
        _ symbols: [Range<Int>],
        to output: inout OutputBuffer,
    ) throws {
        var cursor = ProtobufCursor(refs)
        while !cursor.isAtEnd {
            let name = try Self.symbol(&cursor, body, symbols)
            let value = try Self.symbol(&cursor, body, symbols)
            LabelTable.append(body.extracting(name), body.extracting(value), to: &output)
        }
    }

    private static func symbol(
        _ cursor: inout ProtobufCursor,
        _ body: borrowing Span<UInt8>,
        _ symbols: [Range<Int>],
    ) throws -> Range<Int> {
        let offset = cursor.offset
        let number = try cursor.varint(body)
        guard number < UInt64(symbols.count) else {
            throw Failure("a symbol below \(symbols.count)", at: offset)
        }
        return symbols[Int(number)]
    }

    private mutating func appendSample(
        _ sample: Range<Int>,
        _ body: borrowing Span<UInt8>,
        _ counts: inout RemoteWriteTally,
    ) throws {
        let (bits, time) = try Self.sample(sample, body, valueField: 1, timeField: 2)
        let length = RemoteWriteMessage.sampleLength(bits, time)
        RemoteWriteMessage.append(sample: bits, time, length: length, to: &self.inside)
        counts.samples += 1
    }

    private static func sample(
        _ message: Range<Int>,
        _ body: borrowing Span<UInt8>,
        valueField: UInt64,
        timeField: UInt64,
    ) throws(ProtobufCursor.Malformed) -> (bits: UInt64, time: Int64) {
        var cursor = ProtobufCursor(message)
        var result = (bits: UInt64(0), time: Int64(0))
        while let field = try cursor.next(body) {
            switch field.content {
            case .fixed(let bits) where field.number == valueField: result.bits = bits
            case .number(let time) where field.number == timeField:
                result.time = Int64(bitPattern: time)
            default: break
            }
        }
        return result
    }

    private mutating func appendExemplar(
        _ message: Range<Int>,
        _ body: borrowing Span<UInt8>,
        _ counts: inout RemoteWriteTally,
    ) throws {
        let (bits, time) = try Self.sample(message, body, valueField: 2, timeField: 3)
        self.exemplar.removeAll()
        var cursor = ProtobufCursor(message)
        while let field = try cursor.next(body) {
            if field.number == 1, case .bytes(let refs) = field.content {
                try Self.appendLabels(refs, body, self.symbols, to: &self.exemplar)
            }
        }
        RemoteWriteMessage.append(value: bits, to: &self.exemplar)
        RemoteWriteMessage.append(number: time, tag: 0x18, to: &self.exemplar)
        self.inside.append(0x1a)
        self.inside.append(varint: UInt64(self.exemplar.count))
        Self.copy(self.exemplar, to: &self.inside)
        counts.exemplars += 1
    }

    /// Copies a histogram but for its start time (field 17).
    private mutating func appendHistogram(
        _ message: Range<Int>,
        _ body: borrowing Span<UInt8>,
        _ counts: inout RemoteWriteTally,
    ) throws {
        var kept = 0
        for isWriting in [false, true] {
            var cursor = ProtobufCursor(message)
            var start = cursor.offset
            while let field = try cursor.next(body) {
                // Schema -53, in zigzag: bounds of its own.
                if field.number == 4, case .number(105) = field.content {
                    counts.customHistograms += 1
                    return
                }
                let range = start..<cursor.offset
                start = cursor.offset
                if field.number == 17 { continue }
                if isWriting {
                    self.inside.append(body.extracting(range))
                } else {
                    kept += range.count
                }
            }
            if !isWriting {
                self.inside.append(0x22)
                self.inside.append(varint: UInt64(kept))
            }
        }
        counts.histograms += 1
    }

    private static func copy(_ bytes: borrowing OutputBuffer, to output: inout OutputBuffer) {
        output.append(bytes.span)
    }
}
