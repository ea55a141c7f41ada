package import Config
package import Pipeline
package import Telemetry

/// Finds targets for one entry of `NAME_sd_configs`.
///
/// One file for each mechanism, one line in the registry. A mechanism says what it finds, whenever
/// that changes; the driver merges what those of a job say, keeps the last of it while one fails,
/// and hands it on.
package protocol TargetDiscovery: Sendable {
    /// The entry's keys.
    associatedtype Options: DiscoveryOptions

    /// What stands before `_sd_configs` in the key, such as `file`.
    static var mechanism: String { get }

    /// Stores what it needs; opens nothing and starts nothing.
    init(_ options: Options, in context: DiscoveryContext)

    /// Tells of groups until the task is cancelled.
    func run(_ findings: DiscoveryFindings) async
}

/// The keys of an entry; two entries that are equal go on being one after a reload.
package protocol DiscoveryOptions: ComponentOptions, Hashable {}

/// What a mechanism is handed.
package struct DiscoveryContext: Sendable {
    /// The job that the targets are for.
    package let job: String
    /// Sends requests.
    package let exchange: any HTTPExchange
    /// Asks name servers.
    package let names: any NameExchange
    /// The agent's version, for the user agent field.
    package let version: String
    /// What there is of a cluster.
    package let cluster: DiscoveryCluster
    /// Which of the job's targets this agent scrapes; nil when each target decides.
    package let scope: ScrapeScope?
    /// Clock, meters and log.
    package let base: ComponentContext
    /// Counts what Prometheus counts.
    package let meters: DiscoveryMeters
}

/// Where a mechanism puts what it finds.
package struct DiscoveryFindings: Sendable {
    /// The most groups of one entry; later ones are turned away and counted.
    package static let groupLimit = 100_000

    private let merge: @Sendable ([TargetGroup], Bool) -> Void

    /// Hands groups to `merge`; the flag says that sources which are not among them are gone.
    package init(merge: @escaping @Sendable (_ groups: [TargetGroup], _ isAll: Bool) -> Void) {
        self.merge = merge
    }

    /// Puts groups in the place of those of the same source; one without targets takes it away.
    package func update(_ groups: [TargetGroup]) { self.merge(groups, false) }

    /// Puts groups in the place of all that were found before.
    package func replace(with groups: [TargetGroup]) { self.merge(groups, true) }
}

/// Why a mechanism found nothing this time.
package struct DiscoveryFailure: Error, Sendable, CustomStringConvertible {
    /// What was expected, what was found and where; holds no secret.
    package let description: String

    /// Describes a failure.
    package init(_ description: String) { self.description = description }
}
