/// What the beginning of an event says whose rest was not kept.
///
/// Servers write the type first, and of an object's metadata its name, namespace and version.
package struct WatchEventHead: Sendable {
    /// What happened; nil when that stands further behind.
    package private(set) var kind: WatchEvent.Kind?
    /// The object's name; empty when it stands further behind.
    package private(set) var name = ""
    /// The object's namespace; empty for none, and when it stands further behind.
    package private(set) var namespace = ""
    /// The object's version; empty when it stands further behind.
    package private(set) var resourceVersion = ""

    /// Reads as much as there is of an event.
    package init(_ head: borrowing Span<UInt8>) {
        var reader = JSONReader(head)
        // Where it breaks off, reading ends; a text that is cut is not taken.
        try? self.read(&reader)
    }

    private mutating func read(_ reader: inout JSONReader) throws(ObjectUnreadable) {
        try reader.beginObject()
        while let key = try reader.nextMember() {
            switch key {
            case "type": self.kind = WatchEvent.Kind(try reader.string())
            case "object": try self.readObject(&reader)
            default: try reader.skip()
            }
        }
    }

    private mutating func readObject(_ reader: inout JSONReader) throws(ObjectUnreadable) {
        try reader.beginObject()
        while let key = try reader.nextMember() {
            switch key {
            case "metadata": try self.readMetadata(&reader)
            default: try reader.skip()
            }
        }
    }

    private mutating func readMetadata(_ reader: inout JSONReader) throws(ObjectUnreadable) {
        try reader.beginObject()
        while let key = try reader.nextMember() {
            switch key {
            case "name": self.name = try reader.string()
            case "namespace": self.namespace = try reader.string()
            case "resourceVersion": self.resourceVersion = try reader.string()
            default: try reader.skip()
            }
        }
    }
}
