import Codecs
import Logging
import Telemetry

// Lines that are joined to records: by which plan, and when a record is taken for whole.
extension LogPump {
    /// The most names of unknown ways of joining that are told of.
    private static let unknownJoinLimit = 100
    /// How long a record waits for further lines at most while the agent comes to its end.
    static let lastPatience = Duration.seconds(1)
    /// The shortest rest while a record waits for further lines.
    private static let shortestPause = Duration.milliseconds(10)

    /// Has a lane's lines joined as its treatment says, from the next read on.
    func planJoining(of lane: LogLane, by rules: LogRules) {
        let (plans, unknown) = rules.joining(of: lane.treatment)
        lane.nextJoining = plans == lane.joining ? nil : plans
        guard let unknown else { return }
        self.meters.joining.unknownWays.add()
        if self.unknownJoins.count >= Self.unknownJoinLimit { return }
        if !self.unknownJoins.insert(unknown).inserted { return }
        self.logger.warning(
            "a pod asks for a way of joining lines that there is not; the annotation is ignored",
            metadata: [
                "container": "\(lane.key)",
                "martlet.dev/join": "\(unknown)",
                "known": "\(LogJoinOptions.Way.allCases.map(\.rawValue).joined(separator: ", "))",
            ],
        )
    }

    /// Begins with a lane's new plan; what waits by the old one is ended.
    func takeUpJoining(of lane: LogLane, _ request: LogRequest) {
        guard let plans = lane.nextJoining else { return }
        self.endRecords(in: lane, request)
        lane.nextJoining = nil
        lane.joining = plans
        lane.assembly.joiner = plans.isEmpty ? nil : LineJoiner { plans[$0] }
    }

    /// Ends records that may go on; with a moment, those that had waited for long enough by then.
    func endRecords(
        in lane: LogLane,
        file: Int? = nil,
        _ request: LogRequest,
        dueBy moment: Int64? = nil,
    ) {
        guard let joiner = lane.assembly.joiner else { return }
        joiner.now = moment ?? self.clock.monotonicNanoseconds
        lane.assembly.endRecords(in: file, onlyDue: moment != nil)
        self.appendFinished(of: lane, request)
    }

    /// Whether records wait for further lines, and for nothing else.
    var holdsRecords: Bool {
        self.waitingLanes.contains { self.lanes[$0]?.assembly.nextDue != nil }
    }

    /// Appends records that ended, or were ended, without the batch at hand.
    func appendFinished(of lane: LogLane, _ request: LogRequest) {
        if lane.assembly.finishedFile == nil { return }
        swap(&self.batch, &self.otherBatch)
        while let file = lane.assembly.finishedFile {
            self.batch.removeAll()
            let carried = lane.assembly.takeFinished(into: &self.batch.table)
            self.appendCompleted(of: file, request, carried: carried)
        }
        self.batch.removeAll()
        swap(&self.batch, &self.otherBatch)
    }

    /// How long the pump may rest while lanes wait.
    func pauseUntilDue(_ now: Int64) -> Duration {
        let due = self.waitingLanes.compactMap { self.lanes[$0]?.assembly.nextDue }.min()
        guard let due else { return .seconds(1) }
        return min(max(.nanoseconds(due - now), Self.shortestPause), .seconds(1))
    }
}
