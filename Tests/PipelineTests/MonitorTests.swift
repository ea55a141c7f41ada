import Pipeline
import Testing

@Suite struct MonitorTests {
    @Test func aWaitingThreadSeesAnUpdate() throws {
        let monitor = Monitor(0)
        try AgentThread.start("waker") { monitor.update { $0 = 7 } }
        let found = monitor.wait { $0 == 0 ? nil : $0 }
        #expect(found == 7)
    }

    @Test func aDeadlineEndsTheWait() {
        let monitor = Monitor(0)
        let deadline = SystemClock().monotonicNanoseconds + 20_000_000
        let found: Int? = monitor.wait(until: deadline) { $0 == 0 ? nil : $0 }
        #expect(found == nil)
        #expect(SystemClock().monotonicNanoseconds >= deadline)
    }

    @Test func whatIsThereAlreadyIsNotWaitedFor() {
        let monitor = Monitor(3)
        #expect(monitor.wait { $0 } == 3)
        #expect(monitor.wait(until: 0) { $0 } == 3)
    }
}
