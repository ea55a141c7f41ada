package import Codecs
import Logging
package import Pipeline
import Synchronization

/// Who the ready agents of the cluster are, from the endpoints of their own Service.
///
/// Watched, never written, and only while someone has targets to divide: so the API server sees
/// nothing of it in a cluster whose jobs all stay on their nodes.
package final class AgentMembership: MeterSource {
    private struct State {
        var isNeeded = false
        var division: Rendezvous?
        var trouble: String?
        var ready = 0
        var turnedAway = 0
    }

    private let options: AgentMembershipOptions
    private let query: ObjectQuery
    private let own: String
    private let informers: any Informers
    private let clock: any AgentClock
    private let logger: Logger
    private let meters: Meters
    private let bell = Doorbell()
    private let state = Mutex(State())

    /// Describes the agents of a cluster; nothing is watched yet.
    ///
    /// - Parameters:
    ///   - options: Their Service.
    ///   - access: The API server.
    ///   - namespace: The agent's own namespace.
    ///   - informers: What shares watches.
    ///   - context: This node's name, clock, meters and log.
    package init(
        _ options: AgentMembershipOptions,
        _ access: ClusterAccess,
        namespace: String,
        informers: any Informers,
        _ context: ComponentContext,
    ) {
        self.options = options
        self.query = ObjectQuery(
            access,
            namespace: options.namespace ?? namespace,
            labelSelector: "\(EndpointSliceRole.serviceLabel)=\(options.service)",
        )
        self.own = context.nodeName
        self.informers = informers
        self.clock = context.clock
        self.logger = context.logger
        self.meters = context.meters
    }

    /// The members as they count now; nil while nobody is known, when nothing is this agent's.
    package var division: Rendezvous? { self.state.withLock { $0.division } }

    /// Why targets of no node are not scraped here, if that needs a look.
    package var trouble: String? { self.state.withLock { $0.trouble } }

    /// Says whether there is anything to divide.
    package func need(_ isNeeded: Bool) {
        let isNews = self.state.withLock { state in
            defer { state.isNeeded = isNeeded }
            return state.isNeeded != isNeeded
        }
        if isNews { self.bell.ring() }
    }

    /// Keeps the members up to date until the task is cancelled; `changed` is called when they did.
    package func run(_ changed: @escaping @Sendable () -> Void) async {
        let attachment = self.meters.attach(self)
        defer { self.meters.detach(attachment) }
        while !Task.isCancelled {
            if self.state.withLock({ $0.isNeeded }) {
                await self.follow(changed)
                self.state.withLock { $0 = State(isNeeded: $0.isNeeded) }
            } else {
                await self.bell.wait()
            }
        }
    }

    private func follow(_ changed: () -> Void) async {
        let lease = self.informers.lease(EndpointSliceObject.self, self.query)
        let store = lease.store
        let observer = store.observe { _ in self.bell.ring() }
        defer { store.stopObserving(observer) }
        var roster = AgentRoster(holdDown: self.options.holdDown.nanoseconds)
        // Since when nothing could be heard.
        var silence: Int64?
        var isWarned = false
        while !Task.isCancelled, self.state.withLock({ $0.isNeeded }) {
            let now = self.clock.monotonicNanoseconds
            let failure = store.failure
            silence = failure == nil ? nil : silence ?? now
            var next: Int64?
            if store.isSynced, failure == nil {
                next = roster.note(ready: Self.ready(store.objects), at: now)
            }
            var isLost = !store.isSynced
            if let silence, store.isSynced, self.options.maxOverlap > .zero {
                let end = silence + self.options.maxOverlap.nanoseconds
                isLost = now >= end
                if !isLost { next = min(next ?? end, end) }
            }
            let members = isLost ? roster.members.filter { $0 != self.own } : roster.members
            let turnedAway = roster.turnedAway
            self.state.withLock { $0.turnedAway = turnedAway }
            self.apply(members, failure, isSynced: store.isSynced, isLost: isLost, changed)
            self.warn(failure, isLost: isLost, &isWarned)
            await self.wait(until: next, now)
        }
        withExtendedLifetime(lease) {}
    }

    /// The nodes, or where they are not said the pods, of ready endpoints.
    static func ready(_ slices: [EndpointSliceObject]) -> Set<String> {
        var names: Set<String> = []
        for endpoint in slices.lazy.flatMap(\.endpoints)
        where endpoint.isReady ?? true && !(endpoint.isTerminating ?? false) {
            if let name = endpoint.nodeName ?? endpoint.target?.name { names.insert(name) }
        }
        return names
    }

    private func apply(
        _ members: [String],
        _ failure: String?,
        isSynced: Bool,
        isLost: Bool,
        _ changed: () -> Void,
    ) {
        let division = isSynced ? Rendezvous(members) : nil
        let isNews = self.state.withLock { state in
            defer { state.division = division }
            state.ready = members.count
            let place = "service \(self.options.service) in \(self.query.namespace ?? "")"
            if isLost {
                state.trouble = failure.map { "the agents behind \(place) are not known: \($0)" }
            } else if !members.contains(self.own) {
                state.trouble =
                    "this agent, \(self.own), is not among the \(members.count) ready behind "
                    + place
            } else {
                state.trouble = nil
            }
            return state.division != division
        }
        if isNews { changed() }
    }

    private func warn(_ failure: String?, isLost: Bool, _ isWarned: inout Bool) {
        if isLost, let failure, !isWarned {
            isWarned = true
            self.logger.warning(
                "the other agents are not known, targets of no node are left to them",
                metadata: [
                    "service": "\(self.options.service)", "reason": "\(failure)",
                    "remedy": "let the agent list endpointslices there, or set scope: everywhere",
                ],
            )
        } else if isWarned, !isLost {
            isWarned = false
            self.logger.notice("the other agents are known again")
        }
    }

    private func wait(until next: Int64?, _ now: Int64) async {
        guard let next else { return await self.bell.wait() }
        let timer = Task {
            do throws(CancellationError) {
                try await self.clock.sleep(for: .nanoseconds(next - now))
                self.bell.ring()
            } catch {
                return
            }
        }
        await self.bell.wait()
        timer.cancel()
    }

    package func write(into metrics: inout MetricWriter) {
        let state = self.state.withLock { $0 }
        if !state.isNeeded { return }
        metrics.gauge(
            "martlet_agents_ready",
            "Agents among which targets of no node are divided.",
            Double(state.ready),
        )
        metrics.gauge(
            "martlet_agents_turned_away",
            "Ready agents that are not seen because there are too many.",
            Double(state.turnedAway),
        )
    }
}
