import Synchronization
package import Telemetry

/// One content of a log file: from its creation, or from its truncation, to its end.
///
/// A name may have several generations one after the other; a renamed or deleted file is still the
/// same generation. The source that found it keeps it up to date; every sink reads it by itself.
package final class LogGeneration: Sendable {
    /// What has become of the file.
    package enum Phase: String, Sendable {
        /// It has the name under which it is written.
        case live
        /// It was renamed; its writer may go on for a moment.
        case rotated
        /// It has no name any more.
        case deleted
        /// Its content was thrown away under the same name.
        case truncated
        /// It was deleted, and closed before it was read to free its disk space.
        case givenUp = "given_up"

        /// Whether it was given another name, and has it or had it: it may be a copy.
        var isPast: Bool { self == .rotated || self == .deleted }

        /// Why what is left of it can't be delivered.
        var loss: LogAccount.Loss {
            switch self {
            case .truncated: .rewritten
            case .givenUp: .givenUp
            case .live, .rotated, .deleted: .unreadable
            }
        }
    }

    /// Where a sink starts that has no checkpoint of it.
    package enum Start: Sendable, Hashable {
        /// At its beginning, or where the sink's checkpoint says.
        case beginning
        /// At its beginning, whatever the checkpoint says.
        case beginningAgain
        /// At this offset, or where the sink's checkpoint says.
        case offset(Int64)
        /// The same, but at the beginning for a sink that was in an older file of this name.
        case end(Int64)
        /// Where the sink was before the file was compressed, or as it knows the container's others.
        case catchUp(LogCatchUp)

        /// Whether it is of a file that was compressed before it was found.
        var isCatchUp: Bool {
            if case .catchUp = self { true } else { false }
        }
    }

    private struct State {
        var path: String
        var size: Int64
        var phase = Phase.live
        var isRewritten = false
        /// Up to where each sink has delivered everything there is.
        var drained: [String: Int64] = [:]
    }

    /// A number that no other generation of this life of the agent has; later ones are higher.
    package let number: Int
    /// What it is known by after a restart.
    package let identity: LogIdentity
    /// Where it comes from.
    package let origin: LogOrigin
    /// The container, or the file's name: what is read in order and shares a turn.
    package let lane: String
    /// A number for record ids; see `LogIdentity.contentKey`.
    package let contentKey: UInt64
    /// Where a sink starts.
    package let start: Start
    /// Whether it was there when its source began.
    package let isFoundAtStart: Bool
    /// What to read.
    package let content: any LogContent
    /// What its source knows of; nil where there is nothing to hear of.
    private let following: LogFollowing?
    private let state: Mutex<State>

    /// Describes a generation.
    package init(
        number: Int,
        identity: LogIdentity,
        origin: LogOrigin,
        lane: String,
        contentKey: UInt64,
        start: Start,
        content: any LogContent,
        size: Int64,
        following: LogFollowing? = nil,
        isFoundAtStart: Bool = false,
    ) {
        self.number = number
        self.identity = identity
        self.origin = origin
        self.lane = lane
        self.contentKey = contentKey
        self.start = start
        self.content = content
        self.following = following
        self.isFoundAtStart = isFoundAtStart
        self.state = Mutex(State(path: origin.path, size: size))
    }

    /// The file's path now, or the last one it had.
    package var path: String { self.state.withLock { $0.path } }

    /// The file's size when it was last looked at.
    package var size: Int64 { self.state.withLock { $0.size } }

    /// Whether its source has heard of all that had happened up to a moment, in monotonic nanoseconds.
    func isFollowed(upTo moment: Int64) -> Bool { self.following?.isKnown(upTo: moment) ?? true }

    /// What has become of the file.
    package var phase: Phase { self.state.withLock { $0.phase } }

    /// Notes the size; returns whether it has grown.
    package func note(size: Int64) -> Bool {
        self.state.withLock { state in
            defer { state.size = size }
            return size > state.size
        }
    }

    /// Notes a new name or fate.
    package func note(path: String? = nil, phase: Phase) {
        self.state.withLock { state in
            if let path { state.path = path }
            state.phase = phase
        }
    }

    /// What was read of it is not there any more, as a sink or its source found.
    package func reportRewritten() { self.state.withLock { $0.isRewritten = true } }

    /// Whether that was found.
    package var isRewritten: Bool { self.state.withLock { $0.isRewritten } }

    /// A sink has delivered all that it can up to `offset`.
    package func reportDrained(by sink: String, at offset: Int64) {
        self.state.withLock { $0.drained[sink] = offset }
    }

    /// Whether every one of `sinks` has delivered all there is.
    package func isDrained(by sinks: [String]) -> Bool {
        self.state.withLock { state in
            sinks.allSatisfy { (state.drained[$0] ?? -1) >= state.size }
        }
    }
}
