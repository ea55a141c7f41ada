/// Which of a container's outputs a record came from.
@frozen public enum LogStream: UInt8, Sendable, CaseIterable {
    case stdout = 0
    case stderr = 1
    /// A file that does not say, or a line that could not be taken apart.
    case unknown = 2

    /// The stream's name as runtimes write it; empty when unknown.
    public var name: StaticString {
        switch self {
        case .stdout: "stdout"
        case .stderr: "stderr"
        case .unknown: ""
        }
    }
}
