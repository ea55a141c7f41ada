import Logging
import Pipeline

/// Writes a mechanism's failure to the log once, and that it is over, and keeps it for the page.
struct DiscoveryNotice {
    private let place: DiscoveryTrouble.Place
    private let meters: DiscoveryMeters
    private let logger: Logger
    private var failure: String?

    init(_ mechanism: String, _ subject: String, _ context: DiscoveryContext) {
        self.place = DiscoveryTrouble.Place(
            job: context.job,
            mechanism: mechanism,
            subject: subject,
        )
        self.meters = context.meters
        var logger = context.base.logger
        logger[metadataKey: "job"] = "\(context.job)"
        self.logger = logger
    }

    mutating func failed(_ reason: String) {
        if self.failure == reason { return }
        self.failure = reason
        self.meters.set(failure: reason, at: self.place)
        self.logger.warning(
            "targets could not be looked up, those known go on being scraped",
            metadata: ["mechanism": "\(self.place.mechanism)", "reason": "\(reason)"],
        )
    }

    mutating func succeeded() {
        if self.failure == nil { return }
        self.forget()
        self.logger.notice(
            "targets are looked up again",
            metadata: ["mechanism": "\(self.place.mechanism)"],
        )
    }

    /// There is nothing to look up any more.
    mutating func forget() {
        self.failure = nil
        self.meters.set(failure: nil, at: self.place)
    }
}
