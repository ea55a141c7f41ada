/// A namespace; only its metadata matters.
package struct NamespaceObject: Sendable, Hashable {
    /// Name, labels and annotations.
    package var metadata = ObjectMetadata()

    /// A namespace without labels.
    package init(name: String = "") { self.metadata = ObjectMetadata(name: name) }

    /// Where the API serves namespaces.
    package static let resource = APIResource("namespaces", isNamespaced: false)
}

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
