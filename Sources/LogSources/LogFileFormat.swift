import Bytes
import Codecs

/// What the lines of a source's files look like.
enum LogFileFormat: Sendable, Hashable {
    /// The same in all files.
    case fixed(LineDecoder.Format)
    /// As the container runtime writes them: Docker's where a file begins with `{`, CRI elsewhere.
    case runtime

    /// What lines look like in a file that begins like this, a hole in front left out.
    func found(in head: borrowing Span<UInt8>) -> LineDecoder.Format {
        switch self {
        case .fixed(let format): return format
        case .runtime:
            let start = head.leadingNULs
            let isObject = start < head.count && head[start] == UInt8(ascii: "{")
            return isObject ? .docker : .cri
        }
    }
}
