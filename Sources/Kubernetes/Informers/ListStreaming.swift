import Synchronization

/// Which API servers can begin a watch with all that there is (`sendInitialEvents`).
///
/// One that can't is asked for lists from then on, by all watches.
final class ListStreaming: Sendable {
    /// The most servers that are remembered; beyond it the oldest answers are asked for again.
    private static let serverLimit = 256

    private let unable = Mutex<Set<String>>([])

    /// Whether a server may be asked.
    func isWorthAsking(_ server: String) -> Bool {
        self.unable.withLock { !$0.contains(server) }
    }

    /// Notes that a server can't.
    func noteUnable(_ server: String) {
        self.unable.withLock { servers in
            if servers.count >= Self.serverLimit { servers = [] }
            servers.insert(server)
        }
    }
}
