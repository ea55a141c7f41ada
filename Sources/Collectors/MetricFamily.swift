import Codecs

/// The name, type and help of one family that a collector writes.
struct MetricFamily: Sendable {
    let name: String
    let type: MetricType
    let help: String

    /// Names a family.
    init(_ name: String, _ type: MetricType, _ help: String) {
        self.name = name
        self.type = type
        self.help = help
    }
}

extension MetricWriter {
    /// Begins a family, or goes on with it.
    mutating func family(_ family: MetricFamily) {
        self.family(family.name, family.type, family.help)
    }
}
