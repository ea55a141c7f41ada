/// A namespace; only its metadata matters.
package struct NamespaceObject: Sendable, Hashable {
    /// Name, labels and annotations.
    package var metadata = ObjectMetadata()

    /// A namespace without labels.
    package init(name: String = "") { self.metadata = ObjectMetadata(name: name) }

    /// Where the API serves namespaces.
    package static let resource = APIResource("namespaces", isNamespaced: false)
}

extension NamespaceObject: APIObject {
    package init(json: borrowing Span<UInt8>) throws(ObjectUnreadable) {
        self.init()
        self.metadata = try ObjectMetadata(ofObject: json)
    }
}
