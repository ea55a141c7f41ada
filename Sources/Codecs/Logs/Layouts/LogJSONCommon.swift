import Bytes
import Telemetry

/// What the records of a file have in common, rendered for each stream.
struct LogJSONCommon: ~Copyable, Sendable {
    private var text = OutputBuffer(capacity: 1024)
    /// Where each stream's opening starts, its ending starts, and its ending ends.
    private var stdout = (0, 0, 0)
    private var stderr = (0, 0, 0)
    private var unknown = (0, 0, 0)

    mutating func removeAll() { self.text.removeAll() }

    mutating func render(_ file: LogJSON.File, by layout: any LogLayout.Type) {
        let start = self.text.count
        layout.appendOpening(file, to: &self.text)
        let middle = self.text.count
        layout.appendEnding(file, to: &self.text)
        let bounds = (start, middle, self.text.count)
        switch file.stream {
        case .stdout: self.stdout = bounds
        case .stderr: self.stderr = bounds
        case .unknown: self.unknown = bounds
        }
    }

    @inline(__always)
    private func bounds(of stream: LogStream) -> (Int, Int, Int) {
        switch stream {
        case .stdout: self.stdout
        case .stderr: self.stderr
        case .unknown: self.unknown
        }
    }

    /// Appends what stands before flags and fields.
    @inline(__always)
    func appendOpening(of stream: LogStream, to out: inout OutputBuffer) {
        let (start, middle, _) = self.bounds(of: stream)
        if start != middle { out.append(self.text.span.extracting(start..<middle)) }
    }

    /// Appends what stands after them.
    @inline(__always)
    func appendEnding(of stream: LogStream, to out: inout OutputBuffer) {
        let (_, middle, end) = self.bounds(of: stream)
        out.append(self.text.span.extracting(middle..<end))
    }
}
