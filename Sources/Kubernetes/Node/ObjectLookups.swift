package import Codecs

/// Asks the API for a single object's owner.
package protocol ObjectLookups: Sendable {
    /// What the controller of that kind and name belongs to.
    func controller(of object: ObjectLookup, at access: ClusterAccess) async -> LookupAnswer
}

/// A single object.
package struct ObjectLookup: Sendable, Hashable {
    /// Where the API serves it.
    package let resource: APIResource
    /// Its namespace.
    package let namespace: String
    /// Its name.
    package let name: String

    /// Names an object.
    package init(_ resource: APIResource, namespace: String, name: String) {
        self.resource = resource
        self.namespace = namespace
        self.name = name
    }
}

/// What came of a lookup.
package enum LookupAnswer: Sendable, Hashable {
    /// The object's controller; nil where it has none, or is gone.
    case found(ObjectMetadata.Owner?)
    /// The API does not let this agent look; it is not asked for this again.
    case refused
    /// The API did not answer; it may be asked again.
    case failed
}
