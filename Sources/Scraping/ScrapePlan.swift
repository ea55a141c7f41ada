import Telemetry

/// The targets that a list of jobs makes, with what is needed to scrape each.
struct ScrapePlan: Sendable {
    struct Entry: Sendable {
        let target: ScrapeTarget
        let job: ScrapeJobOptions
        /// Nil for targets that are reached over HTTP.
        let source: (any ExpositionSource)?

        /// Whether a loop that runs for this one can go on for the other.
        func isServed(asWell other: Entry) -> Bool {
            // Other targets of the job do not matter, and neither does how this one was found.
            var left = self.job
            var right = other.job
            left.staticTargets = []
            right.staticTargets = []
            return self.target.identity == other.target.identity
                && self.target.interval == other.target.interval
                && self.target.timeout == other.target.timeout
                && self.target.histograms == other.target.histograms && left == right
                && (self.source == nil) == (other.source == nil)
        }
    }

    private(set) var entries: [ScrapeTarget.Identity: Entry] = [:]
    private(set) var dropped: [DroppedTarget] = []
    /// By job, how many targets relabeling left.
    private(set) var counts: [String: Int] = [:]
    /// Jobs whose targets are all refused because there are more than `target_limit`.
    private(set) var overLimit: [String] = []

    init(_ jobs: [ScrapeJob] = []) {
        for job in jobs { self.add(job) }
    }

    private mutating func add(_ job: ScrapeJob) {
        var builder = TargetBuilder(job.options)
        var found: [Entry] = []
        var dropped: [DroppedTarget] = []
        func take(_ result: TargetBuilder.Result, _ source: (any ExpositionSource)?) {
            switch result {
            case .target(let target):
                found.append(Entry(target: target, job: job.options, source: source))
            case .dropped(let target):
                dropped.append(target)
            }
        }
        for group in job.options.staticTargets {
            for address in group.targets {
                var labels = group.labels
                labels["__address__"] = address
                take(builder.build(labels), nil)
            }
        }
        for target in job.internalTargets { take(builder.build(target.labels), target.source) }
        let limits = job.options.limits
        if limits.keptDroppedTargets > 0 {
            dropped = Array(dropped.prefix(limits.keptDroppedTargets))
        }
        self.dropped += dropped
        self.counts[job.options.jobName] = found.count
        if limits.targets > 0, found.count > limits.targets {
            self.overLimit.append(job.options.jobName)
            return
        }
        for entry in found where self.entries[entry.target.identity] == nil {
            self.entries[entry.target.identity] = entry
        }
    }
}
