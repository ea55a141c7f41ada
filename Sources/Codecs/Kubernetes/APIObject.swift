/// An object of the Kubernetes API, cut down to the fields that the agent uses.
///
/// One file for each kind. Unknown fields are walked over, missing ones have the API's defaults.
/// Source: the OpenAPI schemas of Kubernetes 1.36.
package protocol APIObject: Sendable, Equatable {
    /// Where the API serves it.
    static var resource: APIResource { get }
    /// Name, namespace, labels and owners.
    var metadata: ObjectMetadata { get set }
    /// Reads one object as JSON; `kind` and `apiVersion` may be missing, as in lists.
    ///
    /// What is null is as if it weren't there; a value of another type than the API's is an error.
    init(json: borrowing Span<UInt8>) throws(ObjectUnreadable)
    /// Shares the memory of what other objects have, too.
    mutating func intern(with interner: inout ObjectInterner)
}

extension APIObject {
    package mutating func intern(with interner: inout ObjectInterner) {
        self.metadata.intern(with: &interner)
    }
}

/// Where the API serves objects of one kind.
package struct APIResource: Sendable, Hashable {
    /// The API group; empty for the core.
    package let group: String
    /// The group's version, such as `v1`.
    package let version: String
    /// The resource's name in URLs, such as `endpointslices`.
    package let name: String
    /// Whether its objects belong to a namespace.
    package let isNamespaced: Bool

    /// Names a resource.
    package init(
        _ name: String,
        group: String = "",
        version: String = "v1",
        isNamespaced: Bool = true,
    ) {
        self.name = name
        self.group = group
        self.version = version
        self.isNamespaced = isNamespaced
    }

    /// The collection's path, such as `/api/v1/namespaces/default/pods`; all namespaces when nil.
    package func path(in namespace: String? = nil) -> String {
        let root = self.group.isEmpty ? "/api" : "/apis/\(self.group)"
        let place = namespace.map { "/namespaces/\($0)" } ?? ""
        return "\(root)/\(self.version)\(self.isNamespaced ? place : "")/\(self.name)"
    }
}

/// Why a text is no object of the expected kind.
package typealias ObjectUnreadable = JSONUnreadable
