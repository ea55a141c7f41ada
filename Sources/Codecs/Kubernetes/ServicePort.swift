/// A port of a service, or of the addresses behind it.
///
/// Source: Kubernetes, `core/v1` ServicePort and EndpointPort, as far as they are the same.
package struct ServicePort: Sendable, Hashable {
    /// The port's name; may be empty.
    package var name = ""
    /// The number.
    package var number = 0
    /// `TCP`, `UDP` or `SCTP`.
    package var protocolName = "TCP"

    /// A port without a name.
    package init() {}
}

extension ServicePort: JSONReadable {
    init(_ reader: inout JSONReader) throws(ObjectUnreadable) {
        self.init()
        try reader.beginObject()
        while let key = try reader.nextMember() {
            switch key {
            case "name": self.name = try reader.string()
            case "port": self.number = try reader.integer()
            case "protocol": self.protocolName = try reader.string()
            default: try reader.skip()
            }
        }
    }
}
