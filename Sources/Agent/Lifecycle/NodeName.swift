import Glibc

/// What this node is called.
enum NodeName {
    /// The configured name, else the environment's `NODE_NAME`, else the host's name.
    static func resolve(_ configured: String?, _ environment: [String: String]) -> String {
        if let configured, !configured.isEmpty { return configured }
        if let name = environment["NODE_NAME"], !name.isEmpty { return name }
        return unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { name in
            guard let start = name.baseAddress, unsafe gethostname(start, name.count - 1) == 0
            else { return "localhost" }
            unsafe name[name.count - 1] = 0
            return unsafe String(cString: start)
        }
    }
}
