/// Which objects of a kind are watched; equal queries of one kind share a watch.
package struct ObjectQuery: Sendable, Hashable {
    /// Where to ask.
    package var access: ClusterAccess
    /// The namespace; nil for all.
    package var namespace: String?
    /// Only objects whose labels match, such as `app in (web,api)`; empty for all.
    package var labelSelector: String
    /// Only objects whose fields match, such as `spec.nodeName=node1`; empty for all.
    package var fieldSelector: String
    /// Asks for metadata only (`PartialObjectMetadata`), which is a fraction of the bytes.
    package var isMetadataOnly: Bool
    /// Only tells of objects and keeps none: for events, of which there are many.
    package var isTransient = false

    /// Describes a query.
    package init(
        _ access: ClusterAccess,
        namespace: String? = nil,
        labelSelector: String = "",
        fieldSelector: String = "",
        isMetadataOnly: Bool = false,
    ) {
        self.access = access
        self.namespace = namespace
        self.labelSelector = labelSelector
        self.fieldSelector = fieldSelector
        self.isMetadataOnly = isMetadataOnly
    }
}
