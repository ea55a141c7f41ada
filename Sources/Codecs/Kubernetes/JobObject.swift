/// A job; only its owner matters.
package struct JobObject: Sendable, Hashable {
    /// Name, namespace and owners.
    package var metadata = ObjectMetadata()

    /// A job without an owner.
    package init(name: String = "", namespace: String = "") {
        self.metadata = ObjectMetadata(name: name, namespace: namespace)
    }

    /// Where the API serves jobs.
    package static let resource = APIResource("jobs", group: "batch")
}

extension JobObject: APIObject {
    package init(json: borrowing Span<UInt8>) throws(ObjectUnreadable) {
        self.init()
        self.metadata = try ObjectMetadata(ofObject: json)
    }
}
