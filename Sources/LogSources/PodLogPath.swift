import Telemetry

/// What the names of the kubelet's log files and folders say.
///
/// Source: kubelet, `pkg/kubelet/kuberuntime/helpers.go` (`BuildPodLogsDirectory`) and `legacy.go`
/// (`legacyLogSymlink`). Namespaces and containers hold neither `_` nor `.`.
enum PodLogPath {
    /// The pod of a folder `<namespace>_<pod>_<uid>`; nil for any other name.
    static func pod(folder: String) -> LogOrigin? {
        let parts = folder.split(separator: "_", omittingEmptySubsequences: false)
        guard parts.count >= 3, let namespace = parts.first, let uid = parts.last else {
            return nil
        }
        let pod = parts[1..<parts.count - 1].joined(separator: "_")
        if namespace.isEmpty || pod.isEmpty || uid.isEmpty { return nil }
        return LogOrigin(
            path: "",
            namespace: String(namespace),
            pod: pod,
            podUID: String(uid),
        )
    }

    /// The container of a link `<pod>_<namespace>_<container>-<id>.log`; nil for any other name.
    ///
    /// Links are cut to 255 bytes, so that the id may be short or missing.
    static func container(link: String) -> LogOrigin? {
        guard link.hasSuffix(".log") else { return nil }
        let parts = link.dropLast(4).split(separator: "_", omittingEmptySubsequences: false)
        guard parts.count == 3, !parts[0].isEmpty, !parts[1].isEmpty, !parts[2].isEmpty else {
            return nil
        }
        var container = parts[2]
        var id: Substring = ""
        if let dash = container.lastIndex(of: "-") {
            let rest = container[container.index(after: dash)...]
            let isHex = rest.allSatisfy { $0.isASCII && $0.isHexDigit && !$0.isUppercase }
            if isHex, !rest.isEmpty, rest.count <= 64, dash != container.startIndex {
                id = rest
                container = container[..<dash]
            }
        }
        return LogOrigin(
            path: "",
            namespace: String(parts[1]),
            pod: String(parts[0]),
            container: String(container),
            containerID: String(id),
        )
    }

    /// The container of a file `…/<namespace>_<pod>_<uid>/<container>/<attempt>.log`; nil otherwise.
    static func container(path: String) -> LogOrigin? {
        let parts = path.split(separator: "/")
        guard parts.count >= 3, var origin = Self.pod(folder: String(parts[parts.count - 3])) else {
            return nil
        }
        origin.container = String(parts[parts.count - 2])
        origin.attempt = Self.attempt(file: String(parts[parts.count - 1])) ?? 0
        return origin
    }

    /// How often the container was restarted before the file `<attempt>.log…` was begun.
    static func attempt(file: String) -> Int? {
        Int(file.prefix { $0.isASCII && $0.isNumber })
    }

    /// What is read in order and shares a turn.
    static func lane(of origin: LogOrigin) -> String {
        if origin.container.isEmpty { return origin.path }
        return "\(origin.namespace)/\(origin.pod)/\(origin.podUID)/\(origin.container)"
    }
}
