import Telemetry

/// The targets of one job, with what is needed to scrape each.
struct ScrapePlan: Sendable {
    struct Entry: Sendable {
        let target: ScrapeTarget
        let job: ScrapeJobOptions
        /// Nil for targets that are reached over HTTP.
        let source: (any ExpositionSource)?

        /// Whether a loop that runs for this one can go on for the other.
        func isServed(asWell other: Entry) -> Bool {
            self.target.identity == other.target.identity
                && self.target.interval == other.target.interval
                && self.target.timeout == other.target.timeout
                && self.target.histograms == other.target.histograms && self.job == other.job
                && (self.source == nil) == (other.source == nil)
        }
    }

    private(set) var entries: [ScrapeTarget.Identity: Entry] = [:]
    /// Targets that a rule dropped, as far as they are kept, and those with errors.
    private(set) var dropped: [DroppedTarget] = []
    /// How many rules dropped, kept or not.
    private(set) var droppedCount = 0
    /// How many can't be scraped.
    private(set) var failedCount = 0
    /// Whether targets may come and go by themselves.
    let isDiscovering: Bool
    /// Targets that other agents scrape, as far as they are kept.
    private(set) var elsewhere: [ElsewhereTarget] = []
    /// How many other agents scrape, kept or not.
    private(set) var elsewhereCount = 0
    /// How many belong to no node, whoever scrapes them.
    private(set) var sharedCount = 0
    /// Why no target may be scraped: there are more than `target_limit`.
    private(set) var refusal: String?
    /// The limit, 0 for none.
    let targetLimit: Int

    /// The most targets of other agents that are shown; the rest is counted.
    static let shownElsewhere = 1000

    private let owners: TargetOwners
    private let scope: ScrapeScope?
    /// What makes targets of other agents the same as ones that were counted, while the plan is made.
    private var counted: Set<ScrapeTarget.Identity> = []

    /// Makes the targets of a job: those it lists, those in this process and those that were found.
    init(_ job: ScrapeJob, found groups: [TargetGroup], owners: TargetOwners = .alone) {
        self.owners = owners
        self.scope = job.options.scope
        self.isDiscovering = !job.options.discoveries.isEmpty
        // How a target was found, and what others there are, does not matter to who scrapes it.
        var settings = job.options
        settings.staticTargets = []
        settings.discoveries = []
        settings.scope = nil
        self.targetLimit = settings.limits.targets
        var builder = TargetBuilder(settings)
        for group in job.options.staticTargets {
            for address in group.targets {
                var labels = group.labels
                labels["__address__"] = address
                self.take(builder.build(labels), settings)
            }
        }
        for target in job.internalTargets {
            self.take(builder.build(target.labels), settings, target.source)
        }
        for group in groups {
            for target in group.targets {
                self.take(
                    builder.build(target.filled(from: group.labels)),
                    settings,
                    hasNodes: group.isOfOwnCluster && owners.isOnNode,
                )
            }
        }
        self.counted = []
        if self.targetLimit > 0, self.entries.count > self.targetLimit {
            self.refusal =
                "target_limit exceeded (number of targets: \(self.entries.count), limit: "
                + "\(self.targetLimit))"
        }
    }

    private mutating func take(
        _ result: TargetBuilder.Result,
        _ settings: ScrapeJobOptions,
        _ source: (any ExpositionSource)? = nil,
        hasNodes: Bool = false,
    ) {
        switch result {
        case .target(let target):
            if source == nil, !self.isOwn(target, hasNodes: hasNodes) { return }
            // Of two that are the same, the first is scraped.
            let identity = target.identity
            if self.entries[identity] == nil {
                self.entries[identity] = Entry(target: target, job: settings, source: source)
            }
        case .dropped(let target) where target.rule == nil:
            self.failedCount += 1
            if self.failedCount <= Self.shownFailures { self.dropped.append(target) }
        case .dropped(let target):
            self.droppedCount += 1
            let limit = settings.limits.keptDroppedTargets
            if limit == 0 || self.droppedCount <= limit { self.dropped.append(target) }
        }
    }

    /// Whether this agent scrapes a target; one of another agent's is counted.
    private mutating func isOwn(_ target: ScrapeTarget, hasNodes: Bool) -> Bool {
        let place = TargetPlace(of: target, self.scope, hasNodes: hasNodes)
        if place == .cluster { self.sharedCount += 1 }
        let owner = self.owners.owner(of: place, target)
        if owner == self.owners.node { return true }
        if self.counted.insert(target.identity).inserted {
            self.elsewhereCount += 1
            if self.elsewhereCount <= Self.shownElsewhere {
                self.elsewhere.append(ElsewhereTarget(target: target, owner: owner))
            }
        }
        return false
    }

    /// The most targets that can't be scraped that are shown; the rest is counted.
    private static let shownFailures = 100
}
