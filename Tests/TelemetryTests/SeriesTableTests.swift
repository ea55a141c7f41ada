import Bytes
import Telemetry
import Testing

@Suite struct SeriesTableTests {
    private static func insert(_ labels: LabelSet, _ table: inout SeriesTable) -> (UInt32, Bool)? {
        var builder = LabelBuilder()
        builder.add(labels)
        builder.sort()
        return table.insert(builder)
    }

    @Test func equalLabelsAreOneSeries() throws {
        var table = SeriesTable(source: 7, generation: 0, hash: KeyedHash(key: 1))
        let first = Self.insert(["a": "1", "b": "2"], &table)
        let second = Self.insert(["a": "2", "b": "1"], &table)
        let again = Self.insert(["b": "2", "a": "1"], &table)
        #expect(try #require(first) == (0, true))
        #expect(try #require(second) == (1, true))
        #expect(try #require(again) == (0, false))
        let labels = table.labelSet(of: 1)
        #expect(labels == ["a": "2", "b": "1"])
    }

    @Test func thousandsKeepTheirLabels() throws {
        var table = SeriesTable(source: 0, generation: 0, hash: KeyedHash())
        for number in 0..<5000 {
            let labels: LabelSet = ["__name__": "m\(number % 50)", "x": "\(number)", "job": "j"]
            let inserted = Self.insert(labels, &table)
            #expect(try #require(inserted) == (UInt32(number), true))
        }
        // Each distinct pair is stored once.
        let pairs = table.labels.count
        #expect(pairs == 50 + 5000 + 1)
        for number in [0, 1, 2499, 4999] {
            let labels = table.labelSet(of: UInt32(number))
            #expect(labels["x"] == "\(number)")
        }
        let footprint = table.footprint
        #expect(footprint < 5000 * 80)
    }

    @Test func pairsAreKeptAsRemoteWriteSendsThem() {
        var table = SeriesTable(source: 0, generation: 0, hash: KeyedHash())
        let long = String(repeating: "v", count: 300)
        _ = Self.insert(["job": "x", "long": long], &table)
        let bytes = table.labels.encoded.array
        #expect(
            Array(bytes[table.labels.range(of: 0)])
                == Array("\u{0a}\u{08}\u{0a}\u{03}job\u{12}\u{01}x".utf8)
        )
        let parts = table.labels.parts(of: 1)
        #expect(Array(bytes[parts.name]) == Array("long".utf8))
        #expect(Array(bytes[parts.value]) == Array(long.utf8))
    }

    @Test func seriesMoveBetweenTables() throws {
        var old = SeriesTable(source: 0, generation: 0, hash: KeyedHash())
        _ = Self.insert(["a": "1"], &old)
        _ = Self.insert(["a": "2", "b": "3"], &old)
        var new = SeriesTable(source: 0, generation: 1, hash: KeyedHash())
        let moved = new.insert(1, of: old)
        #expect(try #require(moved) == (0, true))
        let labels = new.labelSet(of: 0)
        #expect(labels == ["a": "2", "b": "3"])
    }
}

@Suite struct KeyedHashTests {
    @Test func everyByteAndTheLengthCount() {
        let hash = KeyedHash(key: 42)
        var seen: Set<UInt64> = []
        for length in 0...64 {
            let bytes = [UInt8](repeating: 0, count: length)
            #expect(seen.insert(hash(bytes.span, from: 0, count: length)).inserted)
            for place in 0..<length {
                var changed = bytes
                changed[place] = 1
                #expect(seen.insert(hash(changed.span, from: 0, count: length)).inserted)
            }
        }
    }

    @Test func theKeyCounts() {
        let bytes = Array("series".utf8)
        #expect(
            KeyedHash(key: 1)(bytes.span, from: 0, count: 6)
                != KeyedHash(key: 2)(bytes.span, from: 0, count: 6)
        )
    }
}
