import Codecs

/// An amount of a resource as the metrics have it, with its name and unit as labels.
///
/// Source: kube-state-metrics 2.20, `internal/store/utils.go`.
struct ResourceAmount {
    /// The resource's name as a label's value, such as `nvidia_com_gpu`.
    let resource: String
    /// `core`, `byte` or `integer`.
    let unit: String
    /// How much.
    let value: Double

    /// Takes an amount as written; nil for resources without a unit and for what is no amount.
    ///
    /// Only nodes count pods.
    init?(_ pair: ObjectMetadata.Pair, ofNode isNode: Bool = false) {
        guard let unit = Self.unit(of: pair.key, isNode), let quantity = Quantity(pair.value) else {
            return nil
        }
        self.resource = LabelName.sanitized(pair.key)
        self.unit = unit
        // Thousandths matter for CPUs, and don't fit what is very large.
        let isExact = unit == "core" || isNode
        let fits = quantity.value <= Int64.max / 1_000
        self.value =
            isExact && fits ? Double(quantity.thousandths) / 1_000 : Double(quantity.value)
    }

    private static func unit(of name: String, _ isNode: Bool) -> String? {
        switch name {
        case "cpu": return "core"
        case "memory", "storage", "ephemeral-storage": return "byte"
        case "pods" where isNode: return "integer"
        default: break
        }
        if name.hasPrefix("hugepages-") || name.hasPrefix("attachable-volumes-") { return "byte" }
        let isExtended =
            name.utf8.contains(UInt8(ascii: "/")) && !name.contains("kubernetes.io/")
            && !name.hasPrefix("requests.")
        return isExtended ? "integer" : nil
    }
}
