import Bytes
import Codecs
import Logging
import Pipeline

/// Asks this node's kubelet for its pods, again and again, and keeps a store up to date.
///
/// Source: kubelet, `/pods`: a `v1.PodList`, static pods among them.
struct KubeletPods: Sendable {
    /// The most bytes of an answer: 500 pods of 100 KB.
    static let answerLimit = 64 << 20
    /// The bytes that are read at a time.
    static let pieceSize = 256 << 10
    /// The most bytes of one pod.
    static let podLimit = 4 << 20
    /// The most pods of one node.
    static let podCountLimit = 10_000

    /// What the answers say.
    let store: ObjectStore<PodObject>
    private let request: HTTPRequest
    private let interval: Duration
    private let exchange: any HTTPExchange
    private let context: ComponentContext
    private let meters: InformerMeters
    private let shown: String

    /// Describes a kubelet; `fallback` authorizes where the options don't.
    init(
        _ options: NodeClusterOptions.Kubelet,
        fallback: HTTPConnectionSettings.Authorization,
        into store: ObjectStore<PodObject>,
        over exchange: any HTTPExchange,
        context: ComponentContext,
    ) {
        var connection = options.client.connection
        if connection.authorization == .none { connection.authorization = fallback }
        // Nobody else can take the kubelet's port on the node itself, and its certificate is
        // usually its own.
        if LoopbackURL.matches(options.url), connection.tls.ca == nil {
            connection.tls.insecureSkipVerify = true
        }
        self.request = HTTPRequest(
            .get,
            "\(options.url)/pods",
            headers: [HTTPHeader("Accept", "application/json")] + options.client.headers,
            timeout: max(options.pollInterval, .seconds(10)),
            responseLimit: Self.answerLimit,
            acceptsCompressed: true,
            connection: connection,
        )
        self.shown = ShownURL.of(self.request.url)
        self.interval = options.pollInterval
        self.store = store
        self.exchange = exchange
        self.context = context
        self.meters = InformerMeters(context.meters, PodObject.resource)
    }

    /// Polls until the task is cancelled.
    func run() async {
        var failing: String?
        while !Task.isCancelled {
            let failure = await self.poll()
            if Task.isCancelled { return }
            if let failure, failure != failing {
                self.store.fail(failure)
                self.context.logger.warning(
                    "the kubelet does not tell of this node's pods",
                    metadata: [
                        "error": "\(failure)",
                        "remedy": "see kubernetes.kubelet and the rule for nodes/pods",
                    ],
                )
            } else if failure == nil, failing != nil {
                self.context.logger.info("the kubelet tells of this node's pods again")
            }
            failing = failure
            do { try await self.context.clock.sleep(for: self.interval) } catch { return }
        }
    }

    /// Asks once; why it failed, if it did.
    private func poll() async -> String? {
        let list = ListIntake(
            ObjectIntake(self.store, self.meters, limit: Self.podCountLimit),
            objectBytes: Self.podLimit,
        )
        var request = self.request
        request.pieces = HTTPPieces(size: Self.pieceSize) { response in
            response.status == 200 ? list.take(response) : true
        }
        do throws(HTTPFailure) {
            let response = try await self.exchange.send(request)
            self.count("\(response.status)")
            guard response.status == 200 else {
                return "\(self.shown): expected status 200, found \(response.status)"
            }
            _ = list.take(response)
        } catch {
            self.count(error.code.rawValue)
            return "\(self.shown): \(list.problem.map(\.description) ?? "\(error)")"
        }
        do throws(ObjectUnreadable) {
            _ = try list.endPage()
        } catch {
            return "\(self.shown): \(error)"
        }
        list.finish()
        return nil
    }

    private func count(_ code: String) {
        self.context.meters.counter(
            "martlet_kubernetes_kubelet_requests_total",
            "Requests to the kubelet for this node's pods, by status or kind of failure.",
            [MeterLabel("code", code)],
        ).add()
    }
}
