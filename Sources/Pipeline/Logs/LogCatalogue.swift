import Synchronization

/// The generations that there are, and who wants to hear of them.
///
/// Sources add and change; each sink has a mailbox, so that no sink waits for another.
package final class LogCatalogue: Sendable {
    private struct State {
        var generations: [Int: LogGeneration] = [:]
        var mailboxes: [LogMailbox] = []
        /// Of those, the ones of sinks, which files are kept for.
        var sinks: [String] = []
        var lastNumber = 0
    }

    private let state = Mutex(State())

    /// Makes an empty catalogue.
    package init() {}

    /// A number for a new generation.
    package func nextNumber() -> Int {
        self.state.withLock { state in
            state.lastNumber += 1
            return state.lastNumber
        }
    }

    /// Lets a sink, or one that looks on, hear of every generation there is and will be.
    ///
    /// `waitsFor` says that files are kept until it has read them. Returns the number of the last
    /// generation that there is.
    @discardableResult
    package func attach(_ mailbox: LogMailbox, waitsFor: Bool = true) -> Int {
        let (known, last) = self.state.withLock { state in
            state.mailboxes.append(mailbox)
            if waitsFor { state.sinks.append(mailbox.name) }
            let known = state.generations.values.sorted { $0.number < $1.number }
            return (known, state.lastNumber)
        }
        for generation in known { mailbox.post(.added(generation)) }
        return last
    }

    /// Lets one that looked on hear no more.
    package func detach(_ mailbox: LogMailbox) {
        self.state.withLock { state in state.mailboxes.removeAll { $0 === mailbox } }
    }

    /// The names of the sinks.
    package var sinks: [String] { self.state.withLock { $0.sinks } }

    /// Every generation that is not finished, in order.
    package var generations: [LogGeneration] {
        self.state.withLock { $0.generations.values.sorted { $0.number < $1.number } }
    }

    /// A source found a generation.
    package func add(_ generation: LogGeneration) {
        self.post(.added(generation)) { $0.generations[generation.number] = generation }
    }

    /// There is more to read.
    package func grew(_ generation: LogGeneration) {
        self.post(.grew(generation)) { _ in }
    }

    /// Nothing will be added; sinks read what is left and let go.
    package func finish(_ generation: LogGeneration) {
        self.post(.finished(generation)) { $0.generations[generation.number] = nil }
    }

    /// The content will never be met again, so that nothing need be remembered of it.
    package func forget(_ identity: LogIdentity) {
        self.post(.forgotten(identity)) { _ in }
    }

    private func post(_ event: LogMailbox.Event, _ change: (inout State) -> Void) {
        let mailboxes = self.state.withLock { state in
            change(&state)
            return state.mailboxes
        }
        for mailbox in mailboxes { mailbox.post(event) }
    }
}

/// What a sink has not yet heard of.
package final class LogMailbox: Sendable {
    /// Something that happened to a generation.
    package enum Event: Sendable {
        case added(LogGeneration)
        case grew(LogGeneration)
        case finished(LogGeneration)
        case forgotten(LogIdentity)
    }

    private struct State {
        var events: [Event] = []
        var grown: Set<Int> = []
    }

    /// The sink's name.
    package let name: String
    /// Signalled when there is something.
    package let bell = Doorbell()
    private let state = Mutex(State())

    /// Makes an empty mailbox.
    package init(name: String) { self.name = name }

    /// Adds an event; growth of one generation is noted once, so that the list stays short.
    package func post(_ event: Event) {
        self.state.withLock { state in
            if case .grew(let generation) = event,
                !state.grown.insert(generation.number).inserted
            {
                return
            }
            state.events.append(event)
        }
        self.bell.ring()
    }

    /// Takes what has come.
    package func take() -> [Event] {
        self.state.withLock { state in
            if state.events.isEmpty { return [] }
            state.grown.removeAll(keepingCapacity: true)
            defer { state.events = [] }
            return state.events
        }
    }
}
