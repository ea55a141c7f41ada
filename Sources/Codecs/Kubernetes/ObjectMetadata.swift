/// The metadata that every object of the API has.
///
/// Source: Kubernetes, `meta/v1` ObjectMeta.
package struct ObjectMetadata: Sendable, Hashable {
    /// A label or an annotation; values may be empty.
    package struct Pair: Sendable, Hashable {
        /// The key, such as `app.kubernetes.io/name`.
        package var key: String
        /// The value.
        package var value: String

        /// Pairs a key with a value.
        package init(_ key: String, _ value: String) {
            self.key = key
            self.value = value
        }
    }

    /// An object that this one belongs to.
    package struct Owner: Sendable, Hashable {
        /// Such as `ReplicaSet`.
        package var kind: String
        /// The owner's name, in the same namespace.
        package var name: String
        /// Group and version, such as `apps/v1`.
        package var apiVersion: String
        /// The owner's UID.
        package var uid: String
        /// Whether it manages this object; one owner at the most does.
        package var isController: Bool

        /// Names an owner.
        package init(
            kind: String,
            name: String,
            apiVersion: String = "",
            uid: String = "",
            isController: Bool = true,
        ) {
            self.kind = kind
            self.name = name
            self.apiVersion = apiVersion
            self.uid = uid
            self.isController = isController
        }
    }

    /// The name, unique in the namespace.
    package var name = ""
    /// The namespace; empty for what belongs to the cluster.
    package var namespace = ""
    /// What no other object ever has.
    package var uid = ""
    /// The object's version, opaque.
    package var resourceVersion = ""
    /// When it was made, in seconds since 1970.
    package var created: Int64?
    /// When its deletion was asked for, in seconds since 1970.
    package var deleted: Int64?
    /// Labels in the order of their keys' bytes.
    package var labels: [Pair] = []
    /// Annotations in the order of their keys' bytes.
    package var annotations: [Pair] = []
    /// What it belongs to, in the API's order.
    package var owners: [Owner] = []

    /// Metadata of nothing yet.
    package init(name: String = "", namespace: String = "") {
        self.name = name
        self.namespace = namespace
    }

    /// The owner that manages the object.
    package var controller: Owner? { self.owners.first(where: \.isController) }

    /// The value of a label.
    package func label(_ key: String) -> String? { self.labels.first { $0.key == key }?.value }

    /// The value of an annotation.
    package func annotation(_ key: String) -> String? {
        self.annotations.first { $0.key == key }?.value
    }
}

extension ObjectMetadata {
    /// The metadata of an object of any kind, as it is in a bookmark and in `PartialObjectMetadata`.
    package init(ofObject json: borrowing Span<UInt8>) throws(ObjectUnreadable) {
        self.init()
        var reader = JSONReader(json)
        try reader.beginObject()
        while let key = try reader.nextMember() {
            switch key {
            case "metadata": self = try ObjectMetadata(&reader)
            default: try reader.skip()
            }
        }
        try reader.expectEnd()
    }

    init(_ reader: inout JSONReader) throws(ObjectUnreadable) {
        self.init()
        try reader.beginObject()
        while let key = try reader.nextMember() {
            switch key {
            case "name": self.name = try reader.string()
            case "namespace": self.namespace = try reader.string()
            case "uid": self.uid = try reader.string()
            case "resourceVersion": self.resourceVersion = try reader.string()
            case "creationTimestamp": self.created = try reader.seconds()
            case "deletionTimestamp": self.deleted = try reader.seconds()
            case "labels": self.labels = try reader.pairs()
            case "annotations": self.annotations = try reader.pairs()
            case "ownerReferences": self.owners = try reader.array()
            default: try reader.skip()
            }
        }
    }
}

extension ObjectMetadata.Owner: JSONReadable {
    init(_ reader: inout JSONReader) throws(ObjectUnreadable) {
        self.init(kind: "", name: "", isController: false)
        try reader.beginObject()
        while let key = try reader.nextMember() {
            switch key {
            case "kind": self.kind = try reader.string()
            case "name": self.name = try reader.string()
            case "apiVersion": self.apiVersion = try reader.string()
            case "uid": self.uid = try reader.string()
            case "controller": self.isController = try reader.bool()
            default: try reader.skip()
            }
        }
    }
}
