/// A replica set; only its owner matters.
package struct ReplicaSetObject: Sendable, Hashable {
    /// Name, namespace and owners.
    package var metadata = ObjectMetadata()

    /// A replica set without an owner.
    package init(name: String = "", namespace: String = "") {
        self.metadata = ObjectMetadata(name: name, namespace: namespace)
    }

    /// Where the API serves replica sets.
    package static let resource = APIResource("replicasets", group: "apps")
}

extension ReplicaSetObject: APIObject {
    package init(json: borrowing Span<UInt8>) throws(ObjectUnreadable) {
        self.init()
        self.metadata = try ObjectMetadata(ofObject: json)
    }
}
