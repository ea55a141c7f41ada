import Bytes
import Codecs
import RandomTesting

/// Cuts bytes into chunks, for framers.
enum Framing {
    /// What came out of a framer.
    struct Frames: Equatable {
        var frames: [String] = []
        /// What was handed out of those over the limit.
        var heads: [String] = []
        var isComplete = false
        var oversized = 0
        var resourceVersion = ""
        var continueToken = ""
        var remaining: Int?
    }

    /// Runs a list through a framer, in chunks that end at `cuts`.
    static func list(
        _ bytes: [UInt8],
        cuts: [Int] = [],
        limit: Int = 1 << 20,
    ) throws(ObjectUnreadable) -> Frames {
        var framer = ListFramer(limit: limit)
        var result = Frames()
        var start = 0
        for end in cuts + [bytes.count] {
            try framer.take(bytes.span.extracting(start..<end)) { item in
                result.frames.append(item.text)
            }
            start = end
        }
        result.isComplete = framer.isComplete
        result.oversized = framer.oversized
        result.resourceVersion = framer.resourceVersion
        result.continueToken = framer.continueToken
        result.remaining = framer.remaining
        return result
    }

    /// Runs a watch through a framer, in chunks that end at `cuts`.
    static func watch(_ bytes: [UInt8], cuts: [Int] = [], limit: Int = 1 << 20) -> Frames {
        var framer = WatchFramer(limit: limit)
        var result = Frames()
        var start = 0
        for end in cuts + [bytes.count] {
            framer.take(bytes.span.extracting(start..<end)) { event, isWhole in
                if isWhole {
                    result.frames.append(event.text)
                } else {
                    result.heads.append(event.text)
                }
            }
            start = end
        }
        result.isComplete = !framer.isInside
        return result
    }

    /// Places to cut at, in order.
    static func cuts(_ count: Int, of length: Int, _ random: inout SplitMix) -> [Int] {
        (0..<count).map { _ in Int.random(in: 0...length, using: &random) }.sorted()
    }
}
