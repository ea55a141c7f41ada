/// An event that some component reported about an object.
///
/// Source: Kubernetes, `core/v1` Event.
package struct EventObject: Sendable, Hashable {
    /// What the event is about.
    package struct Subject: Sendable, Hashable {
        /// Such as `Pod`.
        package var kind = ""
        /// The object's namespace.
        package var namespace = ""
        /// The object's name.
        package var name = ""
        /// The object's UID.
        package var uid = ""
        /// The part of the object, such as `spec.containers{web}`.
        package var fieldPath = ""

        /// Nothing.
        package init() {}
    }

    /// Name and namespace of the event.
    package var metadata = ObjectMetadata()
    /// What it is about.
    package var subject = Subject()
    /// Such as `BackOff`.
    package var reason = ""
    /// The text for people.
    package var message = ""
    /// `Normal` or `Warning`.
    package var type = ""
    /// How often it happened.
    package var count = 1
    /// When it first happened, in nanoseconds since 1970.
    package var first: Int64?
    /// When it last happened, in nanoseconds since 1970.
    package var last: Int64?
    /// Who reported it, such as `kubelet`.
    package var component = ""
    /// Where that runs.
    package var host = ""

    /// An event of which nothing is known.
    package init(name: String = "", namespace: String = "") {
        self.metadata = ObjectMetadata(name: name, namespace: namespace)
    }

    /// Where the API serves events.
    package static let resource = APIResource("events")
}
