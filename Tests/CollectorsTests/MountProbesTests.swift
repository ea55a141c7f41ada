@testable import Collectors
import Glibc
import Host
import Pipeline
import Synchronization
import Testing

/// Mounts that do not answer, by a stand-in for `statfs` that waits until it is told to go on.
@Suite struct MountProbesTests {
    private final class Server: Sendable {
        private let open = Monitor(false)
        let asked = Mutex<[String]>([])

        func answer(_ path: String) -> MountProbes.Answer {
            self.asked.withLock { $0.append(path) }
            if path.hasPrefix("/dead") { self.open.wait { $0 ? () : nil } }
            return .failed(SystemErrorCode(EIO))
        }

        func comeBack() { self.open.update { $0 = true } }

        func count(of path: String) -> Int {
            self.asked.withLock { asked in asked.count { $0 == path } }
        }
    }

    private func isTimedOut(_ answer: MountProbes.Answer) -> Bool {
        if case .timedOut = answer { true } else { false }
    }

    /// Waits for what another thread is about to do.
    private func eventually(_ condition: () -> Bool) -> Bool {
        for _ in 0..<1000 where !condition() { usleep(10_000) }
        return condition()
    }

    @Test func aliveMountsTakeOneThread() throws {
        let server = Server()
        let probes = MountProbes(workers: 4) { server.answer($0) }
        for _ in 0..<5 {
            let answers = try probes.answers(of: ["/a", "/b", "/c"], within: .seconds(30))
            #expect(answers.count == 3)
            #expect(!answers.contains(where: self.isTimedOut))
        }
        #expect(probes.threadCounts.alive == 1)
    }

    @Test func aDeadMountDoesNotKeepOthersFromAnswering() throws {
        let server = Server()
        defer { server.comeBack() }
        let probes = MountProbes(workers: 4) { server.answer($0) }
        let answers = try probes.answers(of: ["/dead", "/a", "/b"], within: .milliseconds(500))
        #expect(answers.map(self.isTimedOut) == [true, false, false])
    }

    @Test func aDeadMountIsNotAskedAgainUntilItComesBack() throws {
        let server = Server()
        let probes = MountProbes(workers: 4) { server.answer($0) }
        _ = try probes.answers(of: ["/dead", "/a"], within: .milliseconds(200))
        for _ in 0..<3 {
            let answers = try probes.answers(of: ["/dead", "/a"], within: .seconds(30))
            #expect(answers.map(self.isTimedOut) == [true, false])
        }
        #expect(server.count(of: "/dead") == 1)
        server.comeBack()
        #expect(self.eventually { probes.threadCounts.busy == 0 })
        let answers = try probes.answers(of: ["/dead", "/a"], within: .seconds(30))
        #expect(answers.map(self.isTimedOut) == [false, false])
    }

    @Test func moreDeadMountsThanWorkersLeaveTheRestToTheNextRound() throws {
        let server = Server()
        let probes = MountProbes(workers: 2) { server.answer($0) }
        let paths = ["/dead/1", "/dead/2", "/dead/3", "/a"]
        var answers: [MountProbes.Answer] = []
        for _ in 0..<3 {
            answers = try probes.answers(of: paths, within: .milliseconds(300))
        }
        #expect(answers.map(self.isTimedOut) == [true, true, true, false])
        #expect(probes.threadCounts.alive <= 2 + 3)
        server.comeBack()
        #expect(self.eventually { probes.threadCounts.alive <= 2 })
    }

    @Test func threadsHaveALimit() throws {
        let server = Server()
        let probes = MountProbes(workers: 2) { server.answer($0) }
        let paths = (0..<60).map { "/dead/\($0)" }
        for _ in 0..<40 { _ = try probes.answers(of: paths, within: .milliseconds(30)) }
        #expect(probes.threadCounts.alive <= 2 + MountProbes.stuckLimit)
        server.comeBack()
        #expect(self.eventually { probes.threadCounts.alive <= 2 })
    }
}
