import Codecs

extension PodObject.State {
    /// How the container ended, if it has.
    var termination: PodObject.Termination? {
        if case .terminated(let termination) = self { termination } else { nil }
    }

    /// Why the container waits, if it does.
    var waitingReason: String? {
        if case .waiting(let reason) = self { reason } else { nil }
    }

    /// When the container began, if it has.
    var started: Int64? {
        switch self {
        case .running(let started): started
        case .terminated(let termination): termination.started
        case .waiting, .unknown: nil
        }
    }
}

extension PodObject.Condition {
    /// Hands out every status that a condition may have, and 1 for the one that it has.
    func visitStatuses(_ visit: (_ status: String, _ value: Double) -> Void) {
        visit("true", self.status == "True" ? 1 : 0)
        visit("false", self.status == "False" ? 1 : 0)
        visit("unknown", self.status == "Unknown" ? 1 : 0)
    }
}
