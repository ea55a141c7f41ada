import Codecs

/// What the lines of a source's files look like.
enum LogFileFormat: Sendable, Hashable {
    /// The same in all files.
    case fixed(LineDecoder.Format)
    /// As the container runtime writes them: Docker's where a file begins with `{`, CRI elsewhere.
    case runtime

    /// What lines look like in a file whose first byte that is not NUL is `byte`.
    func found(byFirst byte: @autoclosure () -> UInt8?) -> LineDecoder.Format {
        switch self {
        case .fixed(let format): format
        case .runtime: byte() == UInt8(ascii: "{") ? .docker : .cri
        }
    }
}
