import Bytes
import RandomTesting
import Testing

@testable import Pipeline

@Suite struct QueueCursorTests {
    /// Against a plain set of numbers.
    @Test(arguments: 0..<20)
    func itIsASet(seed: UInt64) {
        var random = SplitMix(seed: seed)
        var cursor = QueueCursor()
        var settled: Set<UInt64> = []
        for _ in 0..<400 {
            let number = UInt64.random(in: 0..<300, using: &random)
            cursor.settle(number)
            settled.insert(number)
            if Int.random(in: 0..<50, using: &random) == 0 {
                cursor.advance(to: number)
                for below in 0..<number { settled.insert(below) }
            }
        }
        for number: UInt64 in 0..<310 {
            #expect(cursor.contains(number) == settled.contains(number))
        }
        #expect(!settled.contains(cursor.first))
        var bytes = OutputBuffer()
        cursor.append(to: &bytes)
        #expect(QueueCursor(bytes.span) == cursor)
    }

    @Test func rangesAreBounded() {
        var cursor = QueueCursor()
        for number in 1...UInt64(QueueCursor.rangeLimit * 2) { cursor.settle(number * 2) }
        #expect(cursor.ranges.count == QueueCursor.rangeLimit)
        var bytes = OutputBuffer()
        cursor.append(to: &bytes)
        #expect(QueueCursor(bytes.span) == cursor)
    }
}
