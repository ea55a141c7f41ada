import Bytes
import Config
import Glibc
import Pipeline
import Telemetry
import Testing

@testable import Sinks

struct ConsoleSinkTests {
    @Test func `a record is one JSON object on a line`() throws {
        let document = try ConfigDocument.parse("sink: {}")
        let (options, report) = ConfigLoader.read(from: document) { node throws(ConfigError) in
            try node.section("sink", ConsoleSink.Options.self, "A sink.")
        }
        #expect(!report.hasErrors)
        let sink = try ConsoleSink(#require(options), in: ElasticsearchSinkTests.context())
        guard case .standardOutput = sink.destination else {
            Issue.record("expected standard output")
            return
        }
        let request = LogRequest()
        var batch = LogBatch(capacity: 100)
        batch.input.append("a\nb")
        batch.origin = LogOrigin(path: "/x.log")
        batch.table.records = [
            LogRecord(time: 1, offset: 0, start: 0, count: 3, sourceBytes: 4, stream: .stderr)
        ]
        sink.makeEncoder().encode(batch, segment: 0, into: request)
        #expect(
            request.payload.bytes.text == #"""
                {"@timestamp":"1970-01-01T00:00:00.000000001Z","log":"a\nb","stream":"stderr",\#
                "file":"/x.log","host":"node-1"}

                """#
        )
    }

    @Test(.timeLimit(.minutes(1)))
    func `a pipe that nobody reads is waited for and can be left`() async throws {
        var ends: [Int32] = [0, 0]
        #expect(unsafe pipe(&ends) == 0)
        let transport = try StandardOutputTransport(ends[1])
        let payload = Payload(String(repeating: "0123456789abcde\n", count: 64 << 10))
        let size = payload.bytes.count
        let blocked = Task { await transport.send(payload, items: 1, attempt: 0) }
        try await Task.sleep(for: .milliseconds(50))
        blocked.cancel()
        guard case .retry = await blocked.value else {
            Issue.record("a cancelled write is not confirmed")
            return
        }
        // Read it empty, then everything goes through.
        let reader = Thread(ends[0], size)
        let outcome = await transport.send(payload, items: 1, attempt: 0)
        #expect(outcome == .accepted)
        close(ends[1])
        #expect(await reader.total >= size)
        close(ends[0])
    }

    /// Reads a pipe to its end.
    private actor Thread {
        private let task: Task<Int, Never>

        init(_ descriptor: Int32, _ size: Int) {
            self.task = Task {
                var total = 0
                var buffer = [UInt8](repeating: 0, count: 64 << 10)
                while true {
                    let count = unsafe read(descriptor, &buffer, buffer.count)
                    if count <= 0 { return total }
                    total += count
                    await Task.yield()
                }
            }
        }

        var total: Int { get async { await self.task.value } }
    }
}
