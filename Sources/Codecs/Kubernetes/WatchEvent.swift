/// One event of a watch, of which the object is left where it is.
///
/// Source: Kubernetes, `meta/v1` WatchEvent.
package struct WatchEvent: Sendable {
    /// What happened to the object.
    package enum Kind: Sendable, Equatable {
        case added, modified, deleted, bookmark
        /// The object is a status, and the watch is over.
        case error
        /// A type that is not known yet.
        case unknown(String)

        init(_ type: String) {
            switch type {
            case "ADDED": self = .added
            case "MODIFIED": self = .modified
            case "DELETED": self = .deleted
            case "BOOKMARK": self = .bookmark
            case "ERROR": self = .error
            default: self = .unknown(type)
            }
        }
    }

    /// Reads a line: what happened, and where in it the object stands.
    package static func read(
        _ line: borrowing Span<UInt8>
    ) throws(ObjectUnreadable) -> (kind: Kind, object: Range<Int>) {
        var kind: Kind?
        var object: Range<Int>?
        var reader = JSONReader(line)
        try reader.beginObject()
        while let key = try reader.nextMember() {
            switch key {
            case "type": kind = Kind(try reader.string())
            case "object": object = try reader.skip()
            default: try reader.skip()
            }
        }
        try reader.expectEnd()
        guard let kind, let object else {
            let missing = kind == nil ? "type" : "object"
            throw ObjectUnreadable("expected the key \"\(missing)\" in an event, found none")
        }
        return (kind, object)
    }
}
