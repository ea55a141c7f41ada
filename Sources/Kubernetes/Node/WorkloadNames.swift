import Codecs

/// What pods belong to at last: the Deployment of a ReplicaSet, the CronJob of a Job.
///
/// Controllers name what they make by rules, so most of it needs no request: a Deployment names its
/// ReplicaSets `NAME-HASH` and labels their pods with the hash. What a Job belongs to is asked once;
/// a CronJob names its Jobs `NAME-MINUTES`, so that its later ones are known.
///
/// Source: Kubernetes, `pkg/controller/deployment/sync.go` and `pkg/controller/cronjob/utils.go`.
struct WorkloadNames {
    typealias Owner = ObjectMetadata.Owner

    /// The most owners that are remembered; all are forgotten when there are more.
    static let limit = 10_000

    /// A controller whose own controller is not known.
    struct Question: Hashable {
        let kind: String
        let namespace: String
        let name: String
    }

    private static let hashLabel = "pod-template-hash"

    /// What was asked for; nil where a controller belongs to nothing.
    private var answers: [Question: Owner?] = [:]
    /// CronJobs by namespace and name.
    private var schedules: [Question: Owner] = [:]

    /// What the pod belongs to as far as it is known, and what would have to be asked.
    func workload(of pod: PodObject) -> (owner: Owner?, question: Question?) {
        guard let controller = pod.metadata.controller else { return (nil, nil) }
        if controller.kind == "ReplicaSet", let name = Self.deployment(of: pod, controller) {
            return (Owner(kind: "Deployment", name: name, apiVersion: "apps/v1"), nil)
        }
        guard controller.kind == "ReplicaSet" || controller.kind == "Job" else {
            return (controller, nil)
        }
        let question = Question(
            kind: controller.kind,
            namespace: pod.metadata.namespace,
            name: controller.name,
        )
        if let answer = self.answers[question] { return (answer ?? controller, nil) }
        if let schedule = self.schedule(of: question) { return (schedule, nil) }
        return (controller, question)
    }

    /// Remembers what a controller belongs to; nil for nothing.
    mutating func learn(_ question: Question, _ owner: Owner?) {
        if self.answers.count >= Self.limit { self.answers.removeAll() }
        self.answers[question] = .some(owner)
        guard let owner, owner.kind == "CronJob" else { return }
        if self.schedules.count >= Self.limit { self.schedules.removeAll() }
        let key = Question(kind: "CronJob", namespace: question.namespace, name: owner.name)
        self.schedules[key] = owner
    }

    /// The Deployment whose ReplicaSet is the pod's controller.
    private static func deployment(of pod: PodObject, _ controller: Owner) -> String? {
        guard let hash = pod.metadata.label(Self.hashLabel), !hash.isEmpty,
            controller.name.hasSuffix("-\(hash)")
        else { return nil }
        let name = controller.name.dropLast(hash.count + 1)
        return name.isEmpty ? nil : String(name)
    }

    /// The known CronJob that names its Jobs so.
    private func schedule(of question: Question) -> Owner? {
        guard question.kind == "Job", let dash = question.name.lastIndex(of: "-") else {
            return nil
        }
        let minutes = question.name[question.name.index(after: dash)...]
        guard minutes.count >= 8, minutes.allSatisfy({ $0.isASCII && $0.isNumber }) else {
            return nil
        }
        return self.schedules[
            Question(
                kind: "CronJob",
                namespace: question.namespace,
                name: String(question.name[..<dash]),
            )
        ]
    }
}
