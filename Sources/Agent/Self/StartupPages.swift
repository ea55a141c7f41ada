import CLinux

/// Gives back the pages of code that only the start needed.
///
/// Reading the configuration, registering components and loading libraries touch several megabytes
/// of code that is not run again. The kernel keeps them mapped for as long as the process lives,
/// since nothing on an idle node asks for memory. What is dropped here is clean and belongs to
/// files: a page that is needed after all is mapped again from the page cache, which costs
/// microseconds, once.
///
/// Source: madvise(2), `MADV_DONTNEED`.
enum StartupPages {
    /// When again, one wait after the other: soon and often while tables grow beside these pages, for what
    /// the process had at the most counts as well, and when every component has run at least once.
    static let delays: [Duration] = [
        .milliseconds(100), .milliseconds(150), .milliseconds(250), .milliseconds(500), .seconds(4),
    ]

    /// Drops the read-only pages of the program and its libraries from this process.
    static func release() {
        clinux_release_clean_segments()
    }
}
