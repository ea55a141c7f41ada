import Codecs

/// What the lines of a source's files look like.
enum LogFileFormat: Sendable, Hashable {
    /// The same in all files.
    case fixed(LineDecoder.Format)
    /// As the container runtime writes them: Docker's where a file begins with `{`, CRI elsewhere.
    case runtime

    /// What the lines of `file` look like.
    func found(in file: OpenLogFile) -> LineDecoder.Format {
        switch self {
        case .fixed(let format): format
        case .runtime: file.firstByte() == UInt8(ascii: "{") ? .docker : .cri
        }
    }
}
