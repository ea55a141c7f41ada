package import Codecs
package import Telemetry

/// How the lines of a container become records, output by output.
package struct LogJoinPlans: Sendable, Hashable {
    private var plans: [JoinPlan?] = [nil, nil, nil]

    /// Every line is a record.
    package init() {}

    /// Whether every line is a record.
    package var isEmpty: Bool { self.plans.allSatisfy { $0 == nil } }

    /// How one output's lines are joined; nil where every line is a record.
    package subscript(stream: LogStream) -> JoinPlan? {
        get { self.plans[Int(stream.rawValue)] }
        set { self.plans[Int(stream.rawValue)] = newValue }
    }
}

extension LogRules {
    /// How a container's lines are joined, and what its pod asks for that is not known.
    ///
    /// The pod's annotation is for all outputs; else the last of the rules counts that says something
    /// for an output.
    package func joining(of treatment: LogTreatment) -> (LogJoinPlans, unknown: String?) {
        var plans = LogJoinPlans()
        for place in treatment.rules {
            guard let join = self.rules[place].join else { continue }
            let streams = self.rules[place].match.streams
            for stream in LogStream.allCases where streams.contains(stream) {
                plans[stream] = join.plan
            }
        }
        guard let name = treatment.directives.join else { return (plans, nil) }
        guard let way = LogJoinOptions.Way(rawValue: name) else { return (plans, name) }
        for stream in LogStream.allCases {
            guard let mode = way.mode else {
                plans[stream] = nil
                continue
            }
            // The limits are still the rules'.
            var plan = plans[stream] ?? JoinPlan(mode)
            plan.mode = mode
            plans[stream] = plan
        }
        return (plans, nil)
    }
}
