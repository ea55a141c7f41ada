/// An event that some component reported about an object.
///
/// Source: Kubernetes, `core/v1` Event.
package struct EventObject: Sendable, Hashable {
    /// What the event is about.
    package struct Subject: Sendable, Hashable {
        /// Such as `Pod`.
        package var kind = ""
        /// The object's namespace.
        package var namespace = ""
        /// The object's name.
        package var name = ""
        /// The object's UID.
        package var uid = ""
        /// The part of the object, such as `spec.containers{web}`.
        package var fieldPath = ""

        /// Nothing.
        package init() {}
    }

    /// Name and namespace of the event.
    package var metadata = ObjectMetadata()
    /// What it is about.
    package var subject = Subject()
    /// Such as `BackOff`.
    package var reason = ""
    /// The text for people.
    package var message = ""
    /// `Normal` or `Warning`.
    package var type = ""
    /// How often it happened.
    package var count = 1
    /// When it first happened, in nanoseconds since 1970.
    package var first: Int64?
    /// When it last happened, in nanoseconds since 1970.
    package var last: Int64?
    /// Who reported it, such as `kubelet`.
    package var component = ""
    /// Where that runs.
    package var host = ""

    /// An event of which nothing is known.
    package init(name: String = "", namespace: String = "") {
        self.metadata = ObjectMetadata(name: name, namespace: namespace)
    }

    /// Where the API serves events.
    package static let resource = APIResource("events")
}

extension EventObject: APIObject {
    package init(json: borrowing Span<UInt8>) throws(ObjectUnreadable) {
        self.init()
        var more = Series()
        var reader = JSONReader(json)
        try reader.beginObject()
        while let key = try reader.nextMember() {
            switch key {
            case "metadata": self.metadata = try ObjectMetadata(&reader)
            case "involvedObject": self.subject = try Subject(&reader)
            case "reason": self.reason = try reader.string()
            case "message": self.message = try reader.string()
            case "type": self.type = try reader.string()
            case "count": self.count = try reader.integer()
            case "firstTimestamp": self.first = try reader.nanoseconds()
            case "lastTimestamp": self.last = try reader.nanoseconds()
            case "source": try self.readSource(&reader)
            case "series": try more.read(&reader)
            case "eventTime": more.time = try reader.nanoseconds()
            case "reportingComponent": more.component = try reader.string()
            case "reportingInstance": more.instance = try reader.string()
            default: try reader.skip()
            }
        }
        try reader.expectEnd()
        // Reporters of the newer events API fill other fields.
        self.first = self.first ?? more.time
        self.last = more.last ?? self.last ?? self.first
        self.count = more.count ?? self.count
        if self.component.isEmpty { self.component = more.component }
        if self.host.isEmpty { self.host = more.instance }
    }

    private mutating func readSource(_ reader: inout JSONReader) throws(ObjectUnreadable) {
        try reader.beginObject()
        while let key = try reader.nextMember() {
            switch key {
            case "component": self.component = try reader.string()
            case "host": self.host = try reader.string()
            default: try reader.skip()
            }
        }
    }
}

/// What the newer events API has in other fields.
private struct Series {
    var time: Int64?
    var component = ""
    var instance = ""
    var count: Int?
    var last: Int64?

    mutating func read(_ reader: inout JSONReader) throws(ObjectUnreadable) {
        try reader.beginObject()
        while let key = try reader.nextMember() {
            switch key {
            case "count": self.count = try reader.integer()
            case "lastObservedTime": self.last = try reader.nanoseconds()
            default: try reader.skip()
            }
        }
    }
}

extension EventObject.Subject: JSONReadable {
    init(_ reader: inout JSONReader) throws(ObjectUnreadable) {
        self.init()
        try reader.beginObject()
        while let key = try reader.nextMember() {
            switch key {
            case "kind": self.kind = try reader.string()
            case "namespace": self.namespace = try reader.string()
            case "name": self.name = try reader.string()
            case "uid": self.uid = try reader.string()
            case "fieldPath": self.fieldPath = try reader.string()
            default: try reader.skip()
            }
        }
    }
}
