import Glibc

/// The CPU time of the calling thread.
package enum ThreadClock {
    /// Nanoseconds that this thread has run on a CPU; a system call, so not for each sample.
    package static var cpuNanoseconds: Int64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
