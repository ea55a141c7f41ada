import Agent
import Pipeline
import Synchronization
import Testing

@Suite struct ServiceManagerTests {
    @Test func speaksTheNotifyProtocol() async {
        let sent = Mutex<[String]>([])
        let manager = ServiceManager(watchdogInterval: nil) { text in
            sent.withLock { $0.append(text) }
        }
        manager.ready("listening")
        manager.reloading(monotonic: 5_000_000)
        manager.stopping()
        #expect(
            sent.withLock { $0 } == [
                "READY=1\nSTATUS=listening", "RELOADING=1\nMONOTONIC_USEC=5000",
                "STOPPING=1\nSTATUS=draining",
            ]
        )
    }

    @Test func keepsTheWatchdogQuietUntilCancelled() async {
        let beats = Mutex(0)
        let manager = ServiceManager(watchdogInterval: .milliseconds(20)) { _ in
            beats.withLock { $0 += 1 }
        }
        let task = Task { await manager.keepAlive(on: SystemClock()) }
        while beats.withLock({ $0 }) < 3 { try? await Task.sleep(for: .milliseconds(5)) }
        task.cancel()
        await task.value
        #expect(beats.withLock { $0 } >= 3)
    }
}
