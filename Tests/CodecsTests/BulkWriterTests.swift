import Bytes
import Codecs
import Telemetry
import Testing

struct BulkWriterTests {
    static let origin = LogOrigin(
        path: "/var/log/pods/shop_web-1_uid/app/0.log",
        namespace: "shop",
        pod: "web-1",
        podUID: "uid",
        container: "app",
        containerID: "cafe",
    )

    /// The lines that a text of CRI lines becomes.
    private func lines(
        _ text: String,
        index: String = "logs-%{+YYYY.MM.dd}",
        hasIDs: Bool = false,
        origin: LogOrigin = Self.origin,
        maxLineBytes: Int = 1 << 20,
    ) throws -> [String] {
        var writer = BulkWriter(
            .init(
                action: .create,
                index: try IndexName(index),
                hasIDs: hasIDs,
                json: .init(layout: .kubernetes, host: "node-1"),
            )
        )
        var batch = LogBatch(capacity: 1024)
        batch.input.append(text)
        batch.origin = origin
        batch.contentKey = 0xabc
        var assembly = LineAssembly()
        let decoder = LineDecoder(format: .cri, maxLineBytes: maxLineBytes)
        let chunk = LineDecoder.Chunk(file: 1, offset: 4096, now: 0)
        _ = batch.fill { decoder.decode($0, chunk, with: &assembly, into: &$1) }
        var out = OutputBuffer()
        var items: [LogItem] = []
        writer.append(batch, segment: 3, to: &out, items: &items)
        #expect(items.count == batch.table.records.count)
        #expect(items.last.map { Int($0.end) } ?? 0 == out.count)
        #expect(items.allSatisfy { $0.segment == 3 && $0.records == 1 })
        return out.text.split(separator: "\n").map(String.init)
    }

    @Test func `a record is an action and a document`() throws {
        let lines = try self.lines("2023-11-14T22:13:20.123456789Z stdout F hi \"there\"\n")
        #expect(
            lines == [
                #"{"create":{"_index":"logs-2023.11.14"}}"#,
                #"{"@timestamp":"2023-11-14T22:13:20.123456789Z","log":"hi \"there\"","#
                    + #""stream":"stdout","kubernetes":{"pod_name":"web-1","#
                    + #""namespace_name":"shop","pod_id":"uid","container_name":"app","#
                    + #""docker_id":"cafe","host":"node-1"}}"#,
            ]
        )
    }

    @Test func `what the cluster says of the pod stands under Fluent Bit's names`() throws {
        var origin = Self.origin
        origin.metadata = LogPodMetadata(
            labels: [.init("app", "web"), .init("tier", "")],
            annotations: [.init("team", "\"red\"")],
            podIP: "10.0.0.7",
            image: "web:1",
            imageID: "web@sha256:12",
            containerID: "beef",
            workloadKind: "Deployment",
            workloadName: "web",
        )
        let lines = try self.lines("2023-11-14T22:13:20Z stdout F hi\n", origin: origin)
        #expect(
            lines[1].hasSuffix(
                #""pod_id":"uid","container_name":"app","#
                    + #""labels":{"app":"web","tier":""},"annotations":{"team":"\"red\""},"#
                    + #""pod_ip":"10.0.0.7","container_image":"web:1","#
                    + #""container_hash":"web@sha256:12","workload_kind":"Deployment","#
                    + #""workload_name":"web","docker_id":"beef","host":"node-1"}}"#
            )
        )
    }

    @Test func `the index is that of the record's own day`() throws {
        let lines = try self.lines(
            """
            2023-11-14T23:59:59.9Z stdout F a\n2023-11-15T00:00:00Z stderr F b\n\
            2023-11-15T00:30:00+01:00 stdout F c\n
            """
        )
        let indices = stride(from: 0, to: 6, by: 2).map { String(lines[$0].dropLast(3).suffix(10)) }
        #expect(indices == ["2023.11.14", "2023.11.15", "2023.11.14"])
    }

    @Test func `an id is made of the content and the place in it`() throws {
        let lines = try self.lines(
            "2023-11-14T22:13:20Z stdout F a\n2023-11-14T22:13:20Z stdout F b\n",
            hasIDs: true,
        )
        #expect(
            lines[0] == #"{"create":{"_index":"logs-2023.11.14","_id":"0000000000000abc-1000"}}"#
        )
        #expect(
            lines[2] == #"{"create":{"_index":"logs-2023.11.14","_id":"0000000000000abc-1020"}}"#
        )
    }

    @Test func `what is out of the ordinary is said`() throws {
        let broken = try self.lines("no header\n")
        #expect(broken[1].contains(#""log":"no header","parse_error":true,"kubernetes""#))
        let long = try self.lines("2023-11-14T22:13:20Z stdout F abcdef\n", maxLineBytes: 3)
        #expect(long[1].contains(#""log":"abc","truncated":true,"stream":"stdout""#))
    }

    @Test func `outside of pods the file is named`() throws {
        let lines = try self.lines(
            "2023-11-14T22:13:20Z stdout F a\n",
            origin: LogOrigin(path: "/tmp/\"x\".log"),
        )
        #expect(lines[1].hasSuffix(#""stream":"stdout","file":"/tmp/\"x\".log","host":"node-1"}"#))
    }
}

struct IndexNameTests {
    @Test(arguments: [
        ("logs", "logs"),
        ("logs-%{+YYYY.MM.dd}", "logs-2024.12.30"),
        ("logs-%{+yy}-%{+MM}x%{+HH}", "logs-24-12x23"),
        ("logs-%{+xxxx.ww}", "logs-2025.01"),
        ("%{[kubernetes][namespace_name]}-%{[kubernetes][container_name]}", "shop-app"),
        ("n-%{[kubernetes][host]}", "n-node_1"),
    ])
    func `a pattern becomes a name`(_ pattern: String, _ expected: String) throws {
        let index = try IndexName(pattern)
        var out = OutputBuffer()
        // 2024-12-30T23:59:59Z, a Monday in the first week of 2025.
        index.append(
            at: 1_735_603_199,
            of: BulkWriterTests.origin,
            host: "Node,1",
            to: &out,
        )
        #expect(out.text == expected)
    }

    @Test(arguments: [
        "", "Logs", "logs-%{+YYYY", "logs-%{x}", "-logs", "_logs", "+logs", "a b", "a,b", "a*b",
        "a/b", "logs-%{+QQ}", String(repeating: "x", count: 256),
    ])
    func `a pattern that can be no name is refused`(_ pattern: String) {
        #expect(throws: IndexName.Invalid.self) { try IndexName(pattern) }
    }
}
