import Synchronization

/// Tells the parts of a pump to come to an end.
final class LogStop: Sendable {
    private let flag = Atomic<Bool>(false)
    private let finishing = Atomic<Bool>(false)
    private let pump: Doorbell
    private let delivery = Doorbell()

    /// Wakes `pump` when it is set.
    init(_ pump: Doorbell) { self.pump = pump }

    /// Whether it is time.
    var isSet: Bool { self.flag.load(ordering: .acquiring) }

    /// Whether what there is to read is to be delivered, and then it is time.
    var isFinishing: Bool { self.finishing.load(ordering: .acquiring) }

    /// Says that it is time.
    func set() {
        self.flag.store(true, ordering: .releasing)
        self.finish()
    }

    /// Says that it is time once everything that there is to read was delivered.
    func finish() {
        self.finishing.store(true, ordering: .releasing)
        self.pump.ring()
        self.delivery.ring()
    }

    /// Waits between attempts; returns early when it is time, or the task is cancelled.
    nonisolated(nonsending) func wait(for duration: Duration, on clock: any AgentClock) async {
        if !self.isFinishing { await self.delivery.wait(for: duration, on: clock) }
    }
}
