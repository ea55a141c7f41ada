import Glibc

/// A value behind a lock that threads can wait on.
///
/// For threads of our own that block: collectors, probes. Tasks must not wait here, for they would
/// hold a thread of the shared pool; they use `Mutex` or an actor.
@safe package final class Monitor<Value: ~Copyable> {
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>
    private var value: Value

    /// Puts `value` behind a new lock.
    package init(_ value: consuming Value) {
        unsafe self.mutex = .allocate(capacity: 1)
        unsafe self.condition = .allocate(capacity: 1)
        self.value = value
        unsafe pthread_mutex_init(self.mutex, nil)
        var attributes = pthread_condattr_t()
        unsafe pthread_condattr_init(&attributes)
        // A clock that can be set back would make waits longer than asked for.
        unsafe pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        unsafe pthread_cond_init(self.condition, &attributes)
        unsafe pthread_condattr_destroy(&attributes)
    }

    deinit {
        unsafe pthread_cond_destroy(self.condition)
        unsafe pthread_mutex_destroy(self.mutex)
        unsafe self.condition.deallocate()
        unsafe self.mutex.deallocate()
    }

    /// Changes the value; threads that wait for it do not look again.
    package func withLock<Result>(_ body: (inout Value) -> Result) -> Result {
        unsafe pthread_mutex_lock(self.mutex)
        defer { unsafe pthread_mutex_unlock(self.mutex) }
        return body(&self.value)
    }

    /// Changes the value and makes every waiting thread look again.
    package func update<Result>(_ body: (inout Value) -> Result) -> Result {
        unsafe pthread_mutex_lock(self.mutex)
        defer {
            unsafe pthread_cond_broadcast(self.condition)
            unsafe pthread_mutex_unlock(self.mutex)
        }
        return body(&self.value)
    }

    /// Waits until `body` has a result.
    package func wait<Result>(for body: (inout Value) -> Result?) -> Result {
        unsafe pthread_mutex_lock(self.mutex)
        defer { unsafe pthread_mutex_unlock(self.mutex) }
        while true {
            if let result = body(&self.value) { return result }
            unsafe pthread_cond_wait(self.condition, self.mutex)
        }
    }

    /// Waits until `body` has a result, or until `deadline` in monotonic nanoseconds; then nil.
    package func wait<Result>(
        until deadline: Int64,
        for body: (inout Value) -> Result?,
    ) -> Result? {
        var time = timespec(
            tv_sec: Int(deadline / 1_000_000_000),
            tv_nsec: Int(deadline % 1_000_000_000),
        )
        unsafe pthread_mutex_lock(self.mutex)
        defer { unsafe pthread_mutex_unlock(self.mutex) }
        while true {
            if let result = body(&self.value) { return result }
            let code = unsafe pthread_cond_timedwait(self.condition, self.mutex, &time)
            if code == ETIMEDOUT { return body(&self.value) }
        }
    }
}

// The value is touched under the lock only, and the lock may be used from any thread.
extension Monitor: @unchecked Sendable where Value: Sendable & ~Copyable {}
