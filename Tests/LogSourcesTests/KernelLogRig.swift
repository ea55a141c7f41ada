import AgentTesting
import Bytes
import Codecs
import Host
import Pipeline
import Synchronization
import Telemetry

@testable import LogSources

/// A kernel's log that does what a test says.
final class ScriptedKernelLog: Sendable {
    enum Step: Sendable {
        case record(String)
        case skipped
        case failure(Int32)
    }

    /// Records as the kernel has them now, each with its number.
    let steps = Mutex<[Step]>([])
    let opens = Mutex(0)

    func add(_ steps: Step...) { self.steps.withLock { $0 += steps } }

    /// Appends a record of that number.
    func say(_ number: Int64, _ text: String, priority: Int = 6) {
        self.add(.record("\(priority),\(number),\(number * 1000),-;\(text)\n"))
    }

    /// Overwrites the oldest records, as the kernel does with a full buffer.
    func overwrite(_ count: Int) { self.steps.withLock { $0.removeFirst(count) } }

    func open() -> any KernelLogDevice {
        self.opens.withLock { $0 += 1 }
        return Device(log: self)
    }

    private final class Device: KernelLogDevice {
        private let log: ScriptedKernelLog
        private var place = 0

        init(log: ScriptedKernelLog) { self.log = log }

        var descriptor: Int32? { nil }

        func read(into record: inout OutputBuffer) throws(HostError) -> KernelLogRead {
            record.removeAll()
            let step = self.log.steps.withLock { steps -> Step? in
                self.place < steps.count ? steps[self.place] : nil
            }
            guard let step else { return .end }
            self.place += 1
            switch step {
            case .record(let text):
                record.append(text)
                return .record
            case .skipped: return .skipped
            case .failure(let code): throw .unreadable("kmsg", "read", SystemErrorCode(code))
            }
        }
    }
}

/// Reads a kernel's log without a pipeline around it.
struct KernelLogReading {
    let reader: any LogReader
    var texts: [String] = []
    var times: [Int64] = []
    var expired = 0
    var malformed = 0

    init(_ log: ScriptedKernelLog, from offset: Int64 = 0, clock: any AgentClock = ManualClock()) {
        let content = KernelLogContent(decoder: KernelRecordDecoder(), clock: clock) { log.open() }
        self.reader = content.makeReader(at: LogBookmark(LogPosition(offset), marker: 0))
    }

    /// Reads once; whether that came to the end.
    @discardableResult
    mutating func read(limit: Int = 1 << 20) throws -> Bool {
        var batch = LogBatch(capacity: 4096)
        var assembly = LineAssembly()
        let read = try self.reader.read(
            into: &batch,
            with: &assembly,
            limit: limit,
            isFinal: false,
        )
        for record in batch.table.records {
            self.texts.append(batch.withBody(of: record) { $0.text })
            self.times.append(record.time)
        }
        self.expired += read.expired.records
        self.malformed += read.lines.malformed
        return read.end != nil
    }
}
