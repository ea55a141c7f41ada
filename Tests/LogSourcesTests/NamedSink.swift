import AgentTesting
import Config
import Pipeline
import Telemetry

/// A `LineSink` that says in its URL which receiver it means.
struct NamedSink: LogSink {
    typealias Options = NoOptions

    static let name: ComponentName = "named"

    let destination: LogDestination
    let delivery: LogDeliveryOptions
    private let inner: LineSink

    init(_ options: NoOptions, in context: ComponentContext) throws(ConfigError) {
        self.init(name: "sink", inner: LineSink())
    }

    init(name: String, inner: LineSink) {
        self.inner = inner
        self.delivery = inner.delivery
        self.destination = .http([HTTPRequest(.post, "http://\(name)/")])
    }

    func makeEncoder() -> any LogEncoder { self.inner.makeEncoder() }

    func interpret(_ response: HTTPResponse, items: Int) -> Outcome {
        self.inner.interpret(response, items: items)
    }
}

/// Hands each request to the receiver that its URL names.
struct ExchangeByName: HTTPExchange {
    let receivers: [String: LineReceiver]

    func send(_ request: HTTPRequest) async throws(HTTPFailure) -> HTTPResponse {
        let name = request.url.split(separator: "/").last.map(String.init) ?? ""
        guard let receiver = self.receivers[name] else {
            throw HTTPFailure(.resolve, "no receiver \(name)")
        }
        return try await receiver.send(request)
    }
}
