package import Codecs

/// Watches nothing: every store stays empty and says why.
package struct NoInformers: Informers {
    /// Makes it.
    package init() {}

    package func lease<Object: APIObject>(
        _ kind: Object.Type,
        _ query: ObjectQuery,
    ) -> InformerLease<Object> {
        let store = ObjectStore<Object>()
        store.fail("there is no cluster")
        return InformerLease(store) {}
    }
}
