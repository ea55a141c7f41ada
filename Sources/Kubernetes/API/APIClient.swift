import Bytes
package import Codecs
package import Pipeline
import Synchronization

/// Asks API servers, and counts what is asked and answered.
package final class APIClient: Sendable {
    /// The time for one object.
    private static let getTime = Duration.seconds(15)
    /// The most bytes of one object; the API server's own limit is 3 MiB.
    static let objectBytes = 8 << 20

    private let exchange: any HTTPExchange
    private let userAgent: String
    private let clock: any AgentClock
    private let meters: Meters

    /// Describes a client.
    ///
    /// - Parameters:
    ///   - exchange: Sends the requests.
    ///   - version: The agent's, for the requests' `User-Agent`.
    ///   - clock: Tells the time.
    ///   - meters: Counts the requests.
    package init(
        _ exchange: any HTTPExchange,
        version: String,
        clock: any AgentClock,
        meters: Meters,
    ) {
        self.exchange = exchange
        self.userAgent = "martlet/\(version)"
        self.clock = clock
        self.meters = meters
    }

    /// Asks for one object, once.
    ///
    /// - Parameters:
    ///   - kind: The object's kind.
    ///   - name: The object's name.
    ///   - namespace: Its namespace; nil for what belongs to the cluster.
    ///   - access: The cluster.
    ///   - isMetadataOnly: Asks for the metadata alone.
    /// - Returns: The object.
    /// - Throws: `APIFailure`; its kind is `missing` when there is no such object.
    package func get<Object: APIObject>(
        _ kind: Object.Type,
        _ name: String,
        in namespace: String?,
        from access: ClusterAccess,
        isMetadataOnly: Bool = false,
    ) async throws(APIFailure) -> Object {
        var request = APIRequest(
            get: name,
            of: Object.resource,
            in: namespace,
            at: access,
            isMetadataOnly: isMetadataOnly,
        )
        request.timeout = Self.getTime
        let response = try await self.send(request, responseLimit: Self.objectBytes)
        do {
            return try Self.object(in: response.body.bytes)
        } catch {
            throw APIFailure(.unreadable, error.description)
        }
    }

    private static func object<Object: APIObject>(
        in body: borrowing OutputBuffer
    ) throws(ObjectUnreadable) -> Object {
        try Object(json: body.span)
    }
}

extension APIClient {
    /// Sends a request whose answer may be taken in pieces.
    ///
    /// - Returns: The answer, of which the body is the last piece; its status is of the class 2xx.
    func send(
        _ request: APIRequest,
        pieces: HTTPPieces? = nil,
        responseLimit: Int,
    ) async throws(APIFailure) -> HTTPResponse {
        let isCounted = Atomic(false)
        let counting = pieces.map { pieces in
            HTTPPieces(size: pieces.size, isEager: pieces.isEager) { piece in
                if !isCounted.exchange(true, ordering: .relaxed) {
                    self.count(request, "\(piece.status)")
                }
                // Of an error the last piece has to be enough.
                return piece.status / 100 == 2 ? await pieces.take(piece) : true
            }
        }
        let sent = request.http(
            userAgent: self.userAgent,
            pieces: counting,
            responseLimit: responseLimit,
        )
        let response: HTTPResponse
        do throws(HTTPFailure) {
            response = try await self.exchange.send(sent)
        } catch {
            let isOurs = error.code == .cancelled
            if !isOurs, !isCounted.load(ordering: .relaxed) { self.count(request, "error") }
            throw APIFailure(error)
        }
        if !isCounted.load(ordering: .relaxed) { self.count(request, "\(response.status)") }
        if response.status / 100 == 2 { return response }
        let now = self.clock.wallNanoseconds / 1_000_000_000
        throw APIFailure(response, to: request, now: now)
    }

    private func count(_ request: APIRequest, _ code: String) {
        let labels = [
            MeterLabel("code", code), MeterLabel("resource", request.resource.name),
            MeterLabel("verb", request.verb.rawValue),
        ]
        self.meters.counter(
            "martlet_kubernetes_requests_total",
            "Requests to API servers, by what they were answered; a watch is one request.",
            labels,
        ).add()
    }
}
