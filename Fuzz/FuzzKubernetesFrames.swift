import Bytes
import Codecs
import Fuzzing

/// Bodies of lists and watches.
///
/// Where a body is cut makes no difference, and nothing over the limit is handed out.
@main enum FuzzKubernetesFrames {
    static func main() { fuzz(Self.test) }

    private struct Frames: Equatable {
        var frames: [[UInt8]] = []
        var state = ""
    }

    private static func test(_ input: inout FuzzInput) {
        let isList = input.choice(2) == 0
        let limit = Int(input.byte())
        let step = input.choice(64) + 1
        let bytes = input.rest()
        if isList {
            let whole = Self.list(bytes, limit, step: bytes.count + 1)
            invariant(whole == Self.list(bytes, limit, step: step), "cuts change a list")
            invariant(whole == Self.list(bytes, limit, step: 1), "single bytes change a list")
            invariant(whole.frames.allSatisfy { $0.count <= limit }, "an item over the limit")
        } else {
            let whole = Self.watch(bytes, limit, step: bytes.count + 1)
            invariant(whole == Self.watch(bytes, limit, step: step), "cuts change a watch")
            invariant(whole == Self.watch(bytes, limit, step: 1), "single bytes change a watch")
            invariant(whole.frames.allSatisfy { $0.count <= limit }, "an event over the limit")
            for frame in whole.frames { Self.check(frame) }
        }
    }

    private static func list(_ bytes: [UInt8], _ limit: Int, step: Int) -> Frames {
        var framer = ListFramer(limit: limit)
        var result = Frames()
        var isReadable = true
        do {
            for start in stride(from: 0, to: bytes.count, by: step) {
                let chunk = bytes.span.extracting(start..<min(start + step, bytes.count))
                try framer.take(chunk) { result.frames.append($0.array) }
            }
        } catch {
            invariant(!error.description.isEmpty, "an error without a message")
            isReadable = false
        }
        // An error shows what follows it, and that is cut with the chunk.
        result.state = """
            \(isReadable) \(isReadable && framer.isComplete) \(framer.oversized) \
            \(framer.resourceVersion) \(framer.continueToken) \(framer.remaining ?? -1)
            """
        return result
    }

    private static func watch(_ bytes: [UInt8], _ limit: Int, step: Int) -> Frames {
        var framer = WatchFramer(limit: limit)
        var result = Frames()
        for start in stride(from: 0, to: bytes.count, by: step) {
            let chunk = bytes.span.extracting(start..<min(start + step, bytes.count))
            framer.take(chunk) { event, isWhole in
                result.frames.append(event.array)
                result.state += isWhole ? "w" : "h"
            }
        }
        result.state += "\(framer.isInside)"
        return result
    }

    private static func check(_ line: [UInt8]) {
        _ = WatchEventHead(line.span)
        do {
            let event = try WatchEvent.read(line.span)
            invariant(event.object.upperBound <= line.count, "an object outside its event")
        } catch {
            invariant(!error.description.isEmpty, "an error without a message")
        }
    }
}
