import Bytes
import Logging
import Synchronization
import Telemetry
import Testing

@testable import Pipeline

/// Answers as told and keeps what it was sent.
private final class ScriptedTransport: LogTransport {
    private let state: Mutex<(script: [Outcome], sent: [String])>

    init(_ script: [Outcome]) {
        self.state = Mutex((script, []))
    }

    var sent: [String] { self.state.withLock { $0.sent } }

    func send(_ payload: Payload, items: Int, attempt: Int) async -> Outcome {
        let text = payload.bytes.text
        return self.state.withLock { state in
            state.sent.append(text)
            return state.script.isEmpty ? .accepted : state.script.removeFirst()
        }
    }
}

struct LogDeliveryTests {
    /// A request of items of one letter each, every other one of segment 1.
    private func request(_ letters: String) -> LogRequest {
        let request = LogRequest()
        for (index, letter) in letters.enumerated() {
            request.payload.bytes.append(String(letter))
            request.items.append(
                LogItem(
                    end: request.payload.bytes.count,
                    records: 1,
                    sourceBytes: 10,
                    segment: index % 2,
                )
            )
        }
        return request
    }

    /// Delivers letters by a script; gives what was sent and what came of it.
    private func deliver(
        _ letters: String,
        _ script: [Outcome],
    ) async -> (sent: [String], receipt: LogDelivery.Receipt) {
        let transport = ScriptedTransport(script)
        var options = LogDeliveryOptions()
        options.minBackoff = .milliseconds(1)
        options.maxBackoff = .milliseconds(1)
        let meters = LogSinkMeters(sink: "s", in: Meters())
        let clock = SystemClock()
        let delivery = LogDelivery(
            transport: transport,
            options: options,
            clock: clock,
            meters: meters,
            notice: LogFaultNotice(
                sink: "s",
                clock: clock,
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
                retrying: meters.retrying,
            ),
            stopping: LogStop(Doorbell()),
        )
        let receipt = await delivery.deliver(self.request(letters))
        return (transport.sent, receipt)
    }

    @Test func `a request that is taken is sent once`() async {
        let (sent, receipt) = await self.deliver("abcd", [.accepted])
        #expect(sent == ["abcd"])
        #expect(receipt.isSettled && receipt.refusals.isEmpty)
    }

    @Test func `a request that fails is sent again as it was`() async {
        let (sent, receipt) = await self.deliver(
            "ab",
            [.retry(after: nil, reason: "x"), .retry(after: .zero, reason: "x"), .accepted],
        )
        #expect(sent == ["ab", "ab", "ab"])
        #expect(receipt.isSettled)
    }

    @Test func `items that were turned away are sent again alone, as often as it takes`() async {
        let (sent, receipt) = await self.deliver(
            "abcdef",
            [
                .partial(retry: [1, 3, 4], rejected: []),
                .partial(retry: [0, 2], rejected: [.init(index: 1, reason: "no")]),
                .accepted,
            ],
        )
        #expect(sent == ["abcdef", "bde", "be"])
        // d, of segment 1.
        #expect(receipt.refusals.map(\.segment) == [1])
        #expect(receipt.refusals.map(\.loss) == [.rejected])
    }

    @Test func `a request that is too large is sent in halves, in order`() async {
        let (sent, receipt) = await self.deliver(
            "abcde",
            [.split(reason: "413"), .split(reason: "413"), .accepted, .accepted, .accepted],
        )
        #expect(sent == ["abcde", "ab", "a", "b", "cde"])
        #expect(receipt.refusals.isEmpty)
    }

    @Test func `one item that is too large is lost alone`() async {
        let (sent, receipt) = await self.deliver(
            "abc",
            [.split(reason: "413"), .split(reason: "413"), .accepted],
        )
        #expect(sent == ["abc", "a", "bc"])
        #expect(receipt.refusals.map(\.loss) == [.tooLarge])
        #expect(receipt.refusals.map(\.count) == [.init(bytes: 10, records: 1)])
    }

    @Test func `a refused request is lost whole`() async {
        let (sent, receipt) = await self.deliver("abc", [.rejected(reason: "400")])
        #expect(sent == ["abc"])
        #expect(receipt.isSettled)
        #expect(receipt.refusals.map(\.segment) == [0, 1, 0])
    }

    @Test func `items that do not exist are no trouble`() async {
        let (sent, receipt) = await self.deliver(
            "ab",
            [.partial(retry: [7, -1], rejected: [.init(index: 9, reason: "no")])],
        )
        #expect(sent == ["ab"])
        #expect(receipt.isSettled && receipt.refusals.isEmpty)
    }

    @Test(.timeLimit(.minutes(1))) func `a cancelled delivery confirms nothing`() async {
        let task = Task {
            let failures = [Outcome](
                repeating: .retry(after: .seconds(600), reason: "x"),
                count: 5,
            )
            return await self.deliver("ab", failures).receipt
        }
        try? await Task.sleep(for: .milliseconds(30))
        task.cancel()
        #expect(await task.value.isSettled == false)
    }
}
