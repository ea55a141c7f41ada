/// How far into a file one reader has come, stream by stream.
///
/// Every line of a stream that starts below its offset is done. The offsets differ only while a
/// line of one stream waits for its end and the other stream has gone on.
@frozen public struct LogPosition: Sendable, Hashable {
    /// Bytes from the file's start below which standard output is done.
    public var stdout: Int64
    /// Bytes from the file's start below which standard error is done.
    public var stderr: Int64
    /// Bytes from the file's start below which lines of no known stream are done.
    public var unknown: Int64

    /// Every stream is done below `offset`.
    public init(_ offset: Int64 = 0) {
        self.stdout = offset
        self.stderr = offset
        self.unknown = offset
    }

    /// Where to read on: the start of the earliest line that is not done.
    @inlinable
    public var resume: Int64 { min(self.stdout, min(self.stderr, self.unknown)) }

    /// Above this every line is still to be done.
    @inlinable
    public var reach: Int64 { max(self.stdout, max(self.stderr, self.unknown)) }

    /// The offset of one stream.
    @inlinable
    public subscript(stream: LogStream) -> Int64 {
        get {
            switch stream {
            case .stdout: self.stdout
            case .stderr: self.stderr
            case .unknown: self.unknown
            }
        }
        set {
            switch stream {
            case .stdout: self.stdout = newValue
            case .stderr: self.stderr = newValue
            case .unknown: self.unknown = newValue
            }
        }
    }
}
