import Pipeline
import Synchronization

/// The expositions of the configuration in use, for whoever outlives a reload.
final class CurrentExpositions: Sendable {
    private let expositions = Mutex<Expositions?>(nil)

    /// What can be scraped now; nothing before the first graph is built.
    var value: Expositions {
        self.expositions.withLock { $0 } ?? Expositions(groups: [], meters: .init())
    }

    /// Exchanges what can be scraped.
    func set(_ expositions: Expositions) {
        self.expositions.withLock { $0 = expositions }
    }
}
