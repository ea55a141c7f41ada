import Host
package import Pipeline

/// Tells systemd how the agent is, where systemd started it (`NOTIFY_SOCKET` is set).
///
/// Without systemd every call does nothing.
package struct ServiceManager: Sendable {
    private let send: @Sendable (String) -> Void
    /// How often systemd wants to hear of us, if it does.
    package let watchdogInterval: Duration?

    /// Talks to the service manager of the environment.
    package init() {
        self.send = { ServiceNotification.send($0) }
        self.watchdogInterval = ServiceNotification.watchdogMicroseconds.map {
            .microseconds(Int64(clamping: $0))
        }
    }

    /// Sends to `send`, for tests.
    package init(watchdogInterval: Duration?, send: @escaping @Sendable (String) -> Void) {
        self.watchdogInterval = watchdogInterval
        self.send = send
    }

    /// The agent answers on its port and its pipelines run.
    package func ready(_ status: String) { self.send("READY=1\nSTATUS=\(status)") }

    /// A reload begins; `ready(_:)` ends it.
    package func reloading(monotonic nanoseconds: Int64) {
        self.send("RELOADING=1\nMONOTONIC_USEC=\(nanoseconds / 1_000)")
    }

    /// The agent drains and stops.
    package func stopping() { self.send("STOPPING=1\nSTATUS=draining") }

    /// Keeps the watchdog quiet until cancelled: twice in each interval, as systemd advises.
    package func keepAlive(on clock: any AgentClock) async {
        guard let interval = self.watchdogInterval else { return }
        while !Task.isCancelled {
            self.send("WATCHDOG=1")
            do { try await clock.sleep(for: interval / 2) } catch { return }
        }
    }
}
