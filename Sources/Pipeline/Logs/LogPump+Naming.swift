import Telemetry

// What the cluster says of containers, and how long their first records wait for it.
extension LogPump {
    /// How often pods are looked up that records wait for.
    static let namingPause = Duration.milliseconds(50)

    /// Lets a lane wait for its turn, unless its records wait for their pod to be known.
    func enqueue(_ lane: LogLane) {
        if lane.waitsUntil == nil { self.queue.append(lane) }
    }

    /// Looks a new lane's container up; its records wait for a while if it is not known.
    func awaitName(of lane: LogLane, _ origin: LogOrigin) {
        if lane.namedAt != nil { return }
        let now = self.clock.monotonicNanoseconds
        lane.namedAt = now
        self.look(up: origin, for: lane)
        let wait = self.naming.wait(for: origin)
        if lane.metadata != nil || wait <= .zero || self.stopping.isFinishing { return }
        lane.waitsUntil = now + wait.nanoseconds
        self.unnamedLanes.insert(lane.key)
    }

    /// Lets lanes go whose containers are known by now, or that have waited for long enough.
    func endWaits(now isOver: Bool = false) {
        if self.unnamedLanes.isEmpty { return }
        let now = self.clock.monotonicNanoseconds
        for key in self.unnamedLanes {
            guard let lane = self.lanes[key], let until = lane.waitsUntil else {
                self.unnamedLanes.remove(key)
                continue
            }
            if let cursor = lane.cursors.first {
                self.look(up: cursor.generation.origin, for: lane)
            }
            if lane.metadata == nil, now < until, !isOver { continue }
            lane.waitsUntil = nil
            lane.namedAt = now
            self.unnamedLanes.remove(key)
            self.queue.append(lane)
        }
    }

    /// Where a cursor's records come from, with what the cluster said of late.
    func origin(of cursor: LogCursor) -> LogOrigin {
        var origin = cursor.generation.origin
        let lane = cursor.lane
        let now = self.clock.monotonicNanoseconds
        if now - (lane.namedAt ?? 0) >= LogNaming.refresh.nanoseconds {
            lane.namedAt = now
            self.look(up: origin, for: lane)
        }
        origin.metadata = lane.metadata
        return origin
    }

    /// Finds a container's pod, and what that means for its records.
    private func look(up origin: LogOrigin, for lane: LogLane) {
        let pod = self.naming.pod(of: origin)
        // A pod that is forgotten meanwhile keeps its name, and its rules, here.
        if pod == nil, lane.metadata != nil { return }
        lane.metadata = pod.map { self.naming.metadata(of: origin, in: $0) }
        guard let rules = self.settings.rules else { return }
        let treatment = rules.treatment(of: origin, in: pod)
        if treatment == lane.treatment { return }
        lane.treatment = treatment
        lane.program = LogProgram(
            treatment,
            by: rules,
            for: self.settings.name,
            namespace: origin.namespace,
            sharing: self.limits,
        )
        self.planJoining(of: lane, by: rules)
    }
}
