package import Codecs

/// Shares watches: whoever asks for the same objects gets the same store.
package protocol Informers: Sendable {
    /// The store of a query, kept up to date as long as the lease lives.
    ///
    /// The store of a transient query keeps no objects.
    func lease<Object: APIObject>(
        _ kind: Object.Type,
        _ query: ObjectQuery,
    ) -> InformerLease<Object>
}

/// Keeps a shared watch going; the last one that ends or is forgotten ends the watch a while later.
package final class InformerLease<Object: APIObject>: Sendable {
    /// What the watch knows.
    package let store: ObjectStore<Object>
    private let release: @Sendable () -> Void

    /// Describes a lease; `release` is called once when it is forgotten.
    package init(_ store: ObjectStore<Object>, release: @escaping @Sendable () -> Void) {
        self.store = store
        self.release = release
    }

    deinit { self.release() }
}
