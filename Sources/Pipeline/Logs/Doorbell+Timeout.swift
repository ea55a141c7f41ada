extension Doorbell {
    /// Returns when it rings or rang, after `duration`, or when the task is cancelled.
    package func wait(for duration: Duration, on clock: any AgentClock) async {
        if duration <= .zero { return }
        await withTaskGroup { group in
            group.addTask { await self.wait() }
            group.addTask { try? await clock.sleep(for: duration) }
            await group.next()
            group.cancelAll()
        }
    }
}
