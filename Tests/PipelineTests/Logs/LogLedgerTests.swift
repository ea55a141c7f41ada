import Bytes
import Codecs
import Telemetry
import Testing

@testable import Pipeline

/// A content that nobody reads.
private struct NoContent: LogContent {
    func makeReader(at bookmark: LogBookmark) -> any LogReader {
        preconditionFailure("nobody reads in this test")
    }

    func holds(_ bookmark: LogBookmark) -> Bool { false }
}

struct LogLedgerTests {
    private func generation(
        _ number: Int,
        container: String,
        path: String? = nil,
        podUID: String = "",
        size: Int64,
    ) -> LogGeneration {
        let origin = LogOrigin(
            path: path ?? "/p/\(container).log",
            namespace: "shop",
            pod: "web",
            podUID: podUID,
            container: container,
        )
        return LogGeneration(
            number: number,
            identity: LogIdentity(inode: UInt64(number), fingerprint: 1),
            origin: origin,
            lane: "\(podUID)/\(container)/\(origin.path)",
            contentKey: 1,
            start: .beginning,
            content: NoContent(),
            size: size,
        )
    }

    @Test func `every way of a record keeps the account balanced`() {
        var account = LogAccount()
        account.take(.init(bytes: 100, records: 10))
        #expect(account.addsUp && account.pending.records == 10)
        account.deliver(.init(bytes: 60, records: 6))
        account.lose(.init(bytes: 30, records: 3), .rejected)
        account.filter(.init(bytes: 7))
        account.miss(.init(bytes: 5), .rewritten)
        #expect(account.addsUp)
        #expect(account.read.bytes == 112 && account.pending.bytes == 10)
        var other = LogAccount()
        account.move(bytes: 10, to: &other)
        #expect(account.addsUp && other.addsUp)
        #expect(account.pending.bytes == 0 && other.pending.bytes == 10)
        other.add(account)
        #expect(other.addsUp && other.read.bytes == 112)
    }

    @Test func `a container's account outlives its files`() throws {
        let ledger = LogLedger(clock: SystemClock())
        let old = self.generation(1, container: "app", size: 50)
        let new = self.generation(2, container: "app", size: 80)
        var account = LogAccount()
        account.take(.init(bytes: 50, records: 5))
        account.deliver(.init(bytes: 50, records: 5))
        ledger.publish(old, sink: "es", account, offset: 50, unread: 50)
        ledger.publish(new, sink: "es", LogAccount(), offset: 30, unread: 30)
        ledger.close(old, sink: "es", account)
        let row = try #require(ledger.rows.first)
        #expect(row.total.delivered.bytes == 50)
        #expect(row.files.map(\.generation.number) == [2])
        #expect(row.lag == 50)
    }

    @Test func `no two series have the same labels`() {
        let ledger = LogLedger(clock: SystemClock())
        for (number, generation) in [
            // A StatefulSet's pod that was replaced.
            self.generation(1, container: "app", podUID: "first", size: 50),
            self.generation(2, container: "app", podUID: "second", size: 50),
            // Two files in a volume of one pod.
            self.generation(3, container: "", path: "/v/access.log", size: 50),
            self.generation(4, container: "", path: "/v/error.log", size: 50),
        ].enumerated() {
            var account = LogAccount()
            account.take(.init(bytes: number + 1, records: 1))
            ledger.publish(generation, sink: "es", account, offset: 0, unread: 20)
        }
        let name = "martlet_log_ledger_read_bytes_total"
        let series = self.exposition(of: ledger).split(separator: "\n")
            .filter { $0.hasPrefix("\(name){") }
        let volume = #"container="",namespace="shop",path="/v"#
        #expect(
            series == [
                "\(name){\(volume)/access.log\",pod=\"web\",sink=\"es\"} 3",
                "\(name){\(volume)/error.log\",pod=\"web\",sink=\"es\"} 4",
                "\(name){container=\"app\",namespace=\"shop\",pod=\"web\",sink=\"es\"} 3",
            ]
        )
    }

    private func exposition(of ledger: LogLedger) -> String {
        var writer = MetricWriter()
        ledger.write(into: &writer)
        var out = OutputBuffer()
        writer.render(into: &out)
        return out.text
    }

    @Test func `metrics have the labels that people select by`() {
        let ledger = LogLedger(clock: SystemClock())
        var account = LogAccount()
        account.take(.init(bytes: 20, records: 2))
        account.lose(.init(bytes: 5, records: 1), .tooLarge)
        let generation = self.generation(1, container: "app", size: 50)
        ledger.publish(generation, sink: "es", account, offset: 0, unread: 20)
        let text = self.exposition(of: ledger)
        let labels = #"container="app",namespace="shop",pod="web""#
        for line in [
            "martlet_log_ledger_read_bytes_total{\(labels),sink=\"es\"} 20",
            "martlet_log_ledger_pending_records{\(labels),sink=\"es\"} 1",
            "martlet_log_ledger_lost_bytes_total{\(labels),reason=\"too_large\",sink=\"es\"} 5",
            "martlet_log_ledger_lag_bytes{\(labels),sink=\"es\"} 50",
        ] {
            #expect(text.contains("\(line)\n"), "\(line)")
        }
    }
}
