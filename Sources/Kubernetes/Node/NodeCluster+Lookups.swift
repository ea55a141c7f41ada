import Codecs
import Pipeline

// What controllers belong to.
extension NodeCluster {
    /// The wait after a lookup that failed.
    private static let lookupPause = Duration.seconds(30)

    private static let resources = [
        "ReplicaSet": ReplicaSetObject.resource, "Job": JobObject.resource,
    ]

    /// Asks what controllers belong to, one after the other, until the task is cancelled.
    func answerQuestions() async {
        while !Task.isCancelled {
            guard let (question, access) = self.nextQuestion() else {
                await self.questionBell.wait()
                continue
            }
            guard let resource = Self.resources[question.kind] else { continue }
            let lookup = ObjectLookup(
                resource,
                namespace: question.namespace,
                name: question.name,
            )
            switch await self.lookups.controller(of: lookup, at: access) {
            case .found(let owner): self.learn(question, owner)
            case .refused: self.learn(question, nil)
            case .failed:
                do { try await self.context.clock.sleep(for: Self.lookupPause) } catch { return }
                self.ask(question)
            }
        }
    }
}
