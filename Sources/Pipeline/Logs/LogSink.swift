package import Telemetry

/// Delivers log records to one destination.
///
/// The driver owns cursors, batching, retry, splitting, limits and the ledger; a sink says how a
/// request is written and what an answer means.
package protocol LogSink: Component {
    /// Where requests go.
    var destination: LogDestination { get }
    /// How the driver batches and retries.
    var delivery: LogDeliveryOptions { get }

    /// Makes what writes this sink's requests; it is used on one thread only.
    func makeEncoder() -> any LogEncoder

    /// What an answer to a request of `items` items means; only for HTTP destinations.
    func interpret(_ response: HTTPResponse, items: Int) -> Outcome
}

/// Writes records into requests.
package protocol LogEncoder: AnyObject {
    /// Appends all records of `batch` to the request's body, and the items they make.
    ///
    /// Pure besides what it remembers of the last batch; called once for each read of a file.
    func encode(_ batch: borrowing LogBatch, segment: Int, into request: LogRequest)
}

/// Where a sink's requests go.
package enum LogDestination: Sendable {
    /// One of several equal servers; each request says URL, headers, limits, and gets a body.
    case http([HTTPRequest])
    /// The agent's standard output.
    case standardOutput

    /// The address as it may be shown.
    var address: String {
        switch self {
        case .http(let servers): servers.map { ShownURL.of($0.url) }.joined(separator: " ")
        case .standardOutput: "standard output"
        }
    }
}
