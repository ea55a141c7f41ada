import AgentTesting
import Codecs
import Glibc
import Pipeline
import Telemetry
import Testing

@testable import LogSources

/// Reads compressed files without a pipeline around them.
enum GzipContentRig {
    static func content(_ rig: LogRig, _ name: String, limit: Int64) throws -> GzipLogContent {
        let descriptor = unsafe open("\(rig.folder)/\(name)", O_RDONLY | O_CLOEXEC)
        try #require(descriptor >= 0)
        return GzipLogContent(
            OpenLogFile(descriptor, inode: 1),
            number: 1,
            decoder: LineDecoder(format: .raw),
            clock: SystemClock(),
            limit: limit,
        )
    }

    /// Reads to the end; why that was not possible, if it was not.
    static func read(_ content: GzipLogContent) throws -> LogReadError? {
        let reader = content.makeReader(at: LogBookmark())
        var assembly = LineAssembly()
        var batch = LogBatch(capacity: 4096)
        do throws(LogReadError) {
            while true {
                batch.removeAll()
                let read = try reader.read(
                    into: &batch,
                    with: &assembly,
                    limit: 1 << 20,
                    isFinal: false,
                )
                if read.end != nil { return nil }
            }
        } catch {
            return error
        }
    }
}
