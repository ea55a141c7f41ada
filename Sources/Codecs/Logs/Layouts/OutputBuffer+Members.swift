import Bytes
import Telemetry

/// How the keys of labels and annotations are written.
enum LogKeyForm {
    /// As they are.
    case asIs
    /// With `_` for each dot: `app` and `app.kubernetes.io/name` would else be a text and an object
    /// of the same name, which Elasticsearch refuses.
    case withoutDots
    /// With `_` for all but letters and digits.
    case word

    fileprivate func applied(to key: String) -> String {
        switch self {
        case .asIs: key
        case .withoutDots: Self.replacing(in: key) { $0 == UInt8(ascii: ".") }
        case .word:
            Self.replacing(in: key) { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: false
                default: true
                }
            }
        }
    }

    private static func replacing(in key: String, _ isReplaced: (UInt8) -> Bool) -> String {
        if !key.utf8.contains(where: isReplaced) { return key }
        let bytes = key.utf8.map { isReplaced($0) ? UInt8(ascii: "_") : $0 }
        return String(decoding: bytes, as: UTF8.self)
    }
}

// Members of JSON objects, for what is rendered once for a file. An empty value is left out.
extension OutputBuffer {
    mutating func appendMember(_ name: String, _ value: String) {
        if value.isEmpty { return }
        self.appendKey(name)
        self.append(jsonString: value)
    }

    mutating func appendMember(_ name: String, _ value: StaticString) {
        if value.utf8CodeUnitCount == 0 { return }
        self.appendKey(name)
        self.append(UInt8(ascii: "\""))
        self.append(value)
        self.append(UInt8(ascii: "\""))
    }

    /// Appends an object, unless `write` leaves it empty.
    mutating func appendObject(_ name: String, _ write: (inout OutputBuffer) -> Void) {
        let start = self.count
        self.appendKey(name)
        self.append(UInt8(ascii: "{"))
        let inside = self.count
        write(&self)
        if self.count == inside {
            self.truncate(to: start)
        } else {
            self.append(UInt8(ascii: "}"))
        }
    }

    /// Appends labels or annotations, also those without a value; no key is written twice.
    mutating func appendMembers(
        _ pairs: [LogPodMetadata.Pair],
        _ form: LogKeyForm,
        after prefix: String = "",
    ) {
        var known: Set<String> = []
        for pair in pairs {
            var key = form.applied(to: pair.key)
            while !known.insert(key).inserted { key += "_" }
            self.appendKey(prefix.isEmpty ? key : prefix + key)
            self.append(jsonString: pair.value)
        }
    }

    private mutating func appendKey(_ name: String) {
        // Outside of the objects that are begun here, something stands before it.
        let isFirst = self.count > 0 && self.span[self.count - 1] == UInt8(ascii: "{")
        if !isFirst { self.append(UInt8(ascii: ",")) }
        self.append(jsonString: name)
        self.append(UInt8(ascii: ":"))
    }
}

extension LogOrigin {
    /// The container's id, from the cluster or from the path.
    var knownContainerID: String {
        let known = self.metadata?.containerID ?? ""
        return known.isEmpty ? self.containerID : known
    }
}

extension LogPodMetadata {
    /// The workload's kind as ECS and OpenTelemetry name it; nil for kinds that they don't know.
    var workloadKey: String? {
        let known = [
            "Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "Job", "CronJob",
        ]
        return known.contains(self.workloadKind) ? self.workloadKind.lowercased() : nil
    }
}
