package import Pipeline
package import Telemetry

/// Something in this process that is scraped like a target, without a socket.
package protocol ExpositionSource: Sendable {
    /// Appends one exposition in the text format to an empty payload.
    func exposition(into payload: Payload) async throws
}

/// A target in this process.
package struct InternalTarget: Sendable {
    /// The target's labels before relabeling; `__address__` becomes `instance` unless that is set.
    package var labels: LabelSet
    /// What is scraped.
    package var source: any ExpositionSource

    /// Describes a target.
    package init(labels: LabelSet, source: any ExpositionSource) {
        self.labels = labels
        self.source = source
    }
}

/// A job as the manager runs it.
package struct ScrapeJob: Sendable {
    /// How its targets are scraped.
    package var options: ScrapeJobOptions
    /// Targets in this process, besides those that the options list.
    package var internalTargets: [InternalTarget]

    /// Describes a job.
    package init(_ options: ScrapeJobOptions, internalTargets: [InternalTarget] = []) {
        self.options = options
        self.internalTargets = internalTargets
    }
}
