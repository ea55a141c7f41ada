/// What the API server says of a request that failed, also as the object of an `ERROR` event.
///
/// Source: Kubernetes, `meta/v1` Status.
package struct StatusObject: Sendable, Hashable {
    /// Such as `Expired`, for programs; may be empty.
    package var reason = ""
    /// What happened, for people.
    package var message = ""
    /// The status as in HTTP; 0 when it is not said.
    package var code = 0
    /// After how many seconds to ask again; nil when it is not said.
    package var retryAfterSeconds: Int?
    /// The resource that it is about, such as `pods`; may be empty.
    package var resource = ""
    /// The object that it is about; may be empty.
    package var name = ""
    /// Goes on with a list whose token expired, at the cost of consistency; mostly empty.
    package var continueToken = ""

    /// A status that says nothing.
    package init() {}

    /// Reads a status.
    ///
    /// - Throws: when the text is no object, or an object of another kind.
    package init(json: borrowing Span<UInt8>) throws(ObjectUnreadable) {
        var reader = JSONReader(json)
        try reader.beginObject()
        while let key = try reader.nextMember() {
            switch key {
            case "kind":
                let start = reader.position
                if try reader.string() == "Status" { continue }
                reader.position = start
                throw reader.failure("the kind \"Status\"")
            case "metadata": try self.readMetadata(&reader)
            case "reason": self.reason = try reader.string()
            case "message": self.message = try reader.string()
            case "code": self.code = try reader.integer()
            case "details": try self.readDetails(&reader)
            default: try reader.skip()
            }
        }
        try reader.expectEnd()
    }

    private mutating func readMetadata(_ reader: inout JSONReader) throws(ObjectUnreadable) {
        try reader.beginObject()
        while let key = try reader.nextMember() {
            switch key {
            case "continue": self.continueToken = try reader.string()
            default: try reader.skip()
            }
        }
    }

    private mutating func readDetails(_ reader: inout JSONReader) throws(ObjectUnreadable) {
        try reader.beginObject()
        while let key = try reader.nextMember() {
            switch key {
            case "kind": self.resource = try reader.string()
            case "name": self.name = try reader.string()
            case "retryAfterSeconds": self.retryAfterSeconds = try reader.integer()
            default: try reader.skip()
            }
        }
    }
}
