import AgentTesting
import Telemetry
import Testing

@testable import Codecs

/// What one metric says: every form that protobuf allows, and what is wrong.
@Suite struct MetricMessageTests {
    private static func read(
        _ type: MetricFamilyType,
        wantsNative: Bool = true,
        _ write: (inout ProtobufBuilder) -> Void,
        _ check: (borrowing MetricMessage, [UInt8]) throws -> Void,
    ) throws {
        let bytes = ProtobufBuilder.message(write)
        var message = MetricMessage()
        // Reused: nothing of the one before may show.
        let before = ProtobufBuilder.message { Self.writeEverything(&$0) }
        try message.read(0..<before.count, of: before.span, .histogram, wantsNative: true)
        try message.read(0..<bytes.count, of: bytes.span, type, wantsNative: wantsNative)
        try check(message, bytes)
    }

    private static func writeEverything(_ builder: inout ProtobufBuilder) {
        builder.label("a", "b")
        builder.varint(6, 5)
        builder.message(7) {
            $0.varint(1, 9)
            $0.double(2, 1)
            $0.double(4, 9)
            $0.message(3) { $0.double(2, 1) }
            $0.zigzag(5, 3)
            $0.double(6, 1)
            $0.varint(7, 1)
            $0.double(8, 1)
            for side in [9, 12] as [UInt64] {
                $0.message(side) { $0.varint(2, 1) }
                $0.packed(side + 1, [1] as [Int64])
                $0.packed(side + 2, [1.0])
            }
            $0.message(15) { $0.varint(1, 1) }
            $0.message(16) { _ in }
        }
    }

    @Test func plainValues() throws {
        let fields: [(MetricFamilyType, UInt64)] = [(.counter, 3), (.gauge, 2), (.untyped, 5)]
        for (type, field) in fields {
            try Self.read(type) {
                // Messages of other types count for nothing.
                for other in fields where other.1 != field {
                    $0.message(other.1) { $0.double(1, 7) }
                }
                $0.message(field) { $0.double(1, -2.5) }
            } _: { message, _ in
                let (bits, time, start) = (message.bits, message.time, message.start)
                #expect(bits == (-2.5).bitPattern)
                #expect(time == 0 && start == 0)
                let (labels, isNative) = (message.labels, message.isNative)
                #expect(labels.isEmpty && !isNative)
            }
        }
    }

    @Test func whatIsLeftOutIsZero() throws {
        try Self.read(.gauge) { _ in
        } _: { message, _ in
            let bits = message.bits
            #expect(bits == 0)
        }
        try Self.read(.histogram) { _ in
        } _: { message, _ in
            let (count, sum, buckets) = (message.count, message.sumBits, message.buckets)
            #expect(count == 0 && sum == 0 && buckets.isEmpty)
            let (isNative, exemplars) = (message.isNative, message.exemplars)
            #expect(!isNative && exemplars.isEmpty)
        }
    }

    /// A stale marker in a body must not pass for one.
    @Test func everyNaNIsTheOrdinaryOne() throws {
        let stale = Double(bitPattern: SpecialFloat.staleBits)
        try Self.read(.gauge) {
            $0.message(2) { $0.double(1, stale) }
        } _: { message, _ in
            let bits = message.bits
            #expect(bits == SpecialFloat.ordinaryNaNBits)
        }
        try Self.read(.histogram) {
            $0.message(7) {
                $0.double(2, stale)
                $0.double(8, 1)
                $0.message(12) { $0.varint(2, 1) }
                $0.double(14, stale)
            }
        } _: { message, _ in
            let (sum, native) = (message.sumBits, message.native.sum.bitPattern)
            #expect(sum == SpecialFloat.ordinaryNaNBits && native == sum)
            let counts = message.native.positive.counts.map(\.bitPattern)
            #expect(counts == [SpecialFloat.ordinaryNaNBits])
        }
    }

    @Test func timesAndStarts() throws {
        try Self.read(.counter) {
            $0.varint(6, UInt64(bitPattern: -5))
            $0.message(3) {
                $0.double(1, 1)
                $0.message(3) {
                    $0.varint(1, 1_625_851_153)
                    $0.varint(2, 146_848_499)
                }
            }
        } _: { message, _ in
            let (time, start) = (message.time, message.start)
            #expect(time == -5)
            #expect(start == 1_625_851_153_146)
        }
        // Out of all bounds: no crash.
        try Self.read(.summary) {
            $0.message(4) { $0.message(4) { $0.varint(1, UInt64(Int64.max)) } }
        } _: { message, _ in
            let start = message.start
            #expect(start == -1000)
        }
    }

    /// Repeated numbers one by one, packed, and both in turn are the same.
    @Test(arguments: [0, 1, 2]) func repeatedNumbers(_ form: Int) throws {
        func write(_ builder: inout ProtobufBuilder, _ values: [Int64], _ field: UInt64) {
            if form == 1 { return builder.packed(field, values) }
            for (place, value) in values.enumerated() {
                if form == 2, place % 2 == 1 {
                    builder.packed(field, [value])
                } else {
                    builder.zigzag(field, value)
                }
            }
        }
        try Self.read(.gaugeHistogram) {
            $0.message(7) {
                $0.varint(1, 6)
                $0.zigzag(5, -4)
                $0.message(12) {
                    $0.zigzag(1, -3)
                    $0.varint(2, 3)
                    $0.varint(9, 1)
                }
                write(&$0, [1, 1, -2], 13)
                $0.message(9) { $0.varint(2, 2) }
                write(&$0, [.max, .min], 10)
            }
        } _: { message, _ in
            let isNative = message.isNative
            #expect(isNative)
            let (schema, isGauge, isFloat) =
                (message.native.schema, message.native.isGauge, message.native.isFloat)
            #expect(schema == -4 && isGauge && !isFloat)
            let (positive, negative) = (message.native.positive, message.native.negative)
            #expect(positive.spans == [NativeHistogram.BucketSpan(offset: -3, length: 3)])
            #expect(positive.deltas == [1, 1, -2])
            #expect(negative.spans == [NativeHistogram.BucketSpan(offset: 0, length: 2)])
            #expect(negative.deltas == [.max, .min])
        }
        try Self.read(.histogram) {
            $0.message(7) {
                $0.double(4, 3.5)
                $0.message(12) { $0.varint(2, 2) }
                if form == 1 {
                    $0.packed(14, [1.5, 2])
                } else {
                    $0.double(14, 1.5)
                    $0.double(14, 2)
                }
            }
        } _: { message, _ in
            let (isFloat, count) = (message.native.isFloat, message.native.floatCount)
            #expect(isFloat && count == 3.5)
            let counts = message.native.positive.counts
            #expect(counts == [1.5, 2])
        }
    }

    /// Spans, a zero bucket's width or its count make it native; a schema alone does not.
    @Test func whatMakesAHistogramNative() throws {
        let cases: [(Bool, (inout ProtobufBuilder) -> Void)] = [
            (false, { $0.zigzag(5, 3) }),
            (false, { $0.double(6, 0) }),
            (true, { $0.double(6, 1e-39) }),
            (true, { $0.varint(7, 1) }),
            (false, { $0.double(8, 1) }),
            (true, { $0.message(12) { _ in } }),
            (true, { $0.message(9) { _ in } }),
        ]
        for (place, (isExpected, write)) in cases.enumerated() {
            try Self.read(.histogram) {
                $0.message(7, write)
            } _: { message, _ in
                let isNative = message.isNative
                #expect(isNative == isExpected, "case \(place)")
            }
            try Self.read(.histogram, wantsNative: false) {
                $0.message(7, write)
            } _: { message, _ in
                let isNative = message.isNative
                #expect(!isNative)
            }
        }
    }

    @Test func labelsAreReadOnDemand() throws {
        try Self.read(.gauge) {
            $0.label("b", "1")
            $0.label("a", "ü")
            $0.message(2) { $0.double(1, 1) }
        } _: { message, bytes in
            var labels = LabelBuilder()
            try message.readLabels(of: bytes.span, into: &labels)
            let set = labels.labelSet
            #expect(set == ["a": "ü", "b": "1"])
            let (range, areTogether) = (message.labels, message.areLabelsTogether)
            #expect(range == 0..<17 && areTogether)
        }
        try Self.read(.gauge) {
            $0.label("b", "1")
            $0.message(2) { $0.double(1, 1) }
            $0.label("a", "2")
        } _: { message, bytes in
            var labels = LabelBuilder()
            try message.readLabels(of: bytes.span, into: &labels)
            let (set, areTogether) = (labels.labelSet, message.areLabelsTogether)
            #expect(set == ["a": "2", "b": "1"])
            #expect(!areTogether)
        }
    }

    @Test(arguments: [
        [0x0a, 0], [0x12, 1, 0x61], [0x0a, 1, 0xff], [0x0a, 1, 0x61, 0x12, 1, 0xff],
    ])
    func labelsThatAreNone(_ pair: [UInt8]) throws {
        try Self.read(.gauge) {
            $0.bytes(1, pair)
        } _: { message, bytes in
            var labels = LabelBuilder()
            #expect(throws: ProtobufError.self) {
                try message.readLabels(of: bytes.span, into: &labels)
            }
        }
    }

    @Test func exemplars() throws {
        let bytes = ProtobufBuilder.message {
            $0.label("z", "1")
            $0.double(2, 3.5)
            $0.message(3) { $0.varint(1, 2) }
            $0.label("a", "2")
        }
        var labels = LabelBuilder()
        let read = try MetricMessage.readExemplar(0..<bytes.count, of: bytes.span, into: &labels)
        let set = labels.labelSet
        #expect(set == ["a": "2", "z": "1"])
        #expect(read.bits == 3.5.bitPattern && read.time == 2000)
        #expect(try MetricMessage.time(ofExemplar: 0..<bytes.count, bytes.span) == 2000)
        #expect(try MetricMessage.time(ofExemplar: 0..<8, bytes.span) == nil)
    }

    @Test func limits() throws {
        let quantiles = ProtobufBuilder.message {
            $0.message(4) {
                for _ in 0...MetricMessage.partLimit { $0.message(3) { _ in } }
            }
        }
        let spans = ProtobufBuilder.message {
            $0.message(7) {
                for _ in 0...NativeHistogram.spanLimit { $0.message(12) { _ in } }
            }
        }
        let deltas = ProtobufBuilder.message {
            $0.message(7) {
                $0.packed(13, Array(repeating: Int64(1), count: NativeHistogram.bucketLimit + 1))
            }
        }
        let bodies: [(MetricFamilyType, [UInt8])] = [
            (.summary, quantiles), (.histogram, spans), (.histogram, deltas),
        ]
        for (type, bytes) in bodies {
            var message = MetricMessage()
            var found: ProtobufError?
            do throws(ProtobufError) {
                try message.read(0..<bytes.count, of: bytes.span, type, wantsNative: true)
            } catch {
                found = error
            }
            #expect(found?.expected.hasPrefix("at most") == true)
        }
    }
}
