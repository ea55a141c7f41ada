package import Codecs
package import Pipeline

/// What a target has answered.
package struct ScrapeBody: Sendable {
    /// The bytes.
    package var payload: Payload
    /// The reader they need.
    package var format: ScrapeProtocol.Format

    /// Pairs a body with what it is written in.
    package init(_ payload: Payload, _ format: ScrapeProtocol.Format) {
        self.payload = payload
        self.format = format
    }
}
