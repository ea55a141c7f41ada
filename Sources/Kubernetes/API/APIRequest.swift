import Codecs
import Pipeline

/// One request to an API server.
struct APIRequest: Sendable {
    /// What is asked for, in the words of a role's rules.
    enum Verb: String, Sendable {
        case get, list, watch
    }

    let verb: Verb
    let resource: APIResource
    let access: ClusterAccess
    /// The namespace; nil for all, or for what belongs to the cluster.
    let namespace: String?
    /// The one object that is asked for.
    var name: String?
    var isMetadataOnly = false
    var parameters: [(name: String, value: String)] = []
    var timeout = Duration.seconds(30)

    /// A request for the objects of a query.
    init(_ verb: Verb, _ resource: APIResource, _ query: ObjectQuery) {
        self.verb = verb
        self.resource = resource
        self.access = query.access
        self.namespace = query.namespace
        self.isMetadataOnly = query.isMetadataOnly
        if !query.labelSelector.isEmpty { self.add("labelSelector", query.labelSelector) }
        if !query.fieldSelector.isEmpty { self.add("fieldSelector", query.fieldSelector) }
    }

    /// A request for one object.
    init(
        get name: String,
        of resource: APIResource,
        in namespace: String?,
        at access: ClusterAccess,
        isMetadataOnly: Bool,
    ) {
        self.verb = .get
        self.resource = resource
        self.access = access
        self.namespace = namespace
        self.name = name
        self.isMetadataOnly = isMetadataOnly
    }

    /// Adds a parameter.
    mutating func add(_ name: String, _ value: String) {
        self.parameters.append((name, value))
    }

    private var url: String {
        let namespace = self.namespace.map { PercentEncoding.path($0) }
        var url = self.access.server + self.resource.path(in: namespace)
        if let name { url += "/\(PercentEncoding.path(name))" }
        for (place, parameter) in self.parameters.enumerated() {
            url += place == 0 ? "?" : "&"
            url += "\(parameter.name)=\(PercentEncoding.query(parameter.value))"
        }
        return url
    }

    /// What is understood; a server that can't cut objects down to metadata sends them whole.
    private var accept: String {
        if !self.isMetadataOnly { return "application/json" }
        let kind = self.verb == .list ? "PartialObjectMetadataList" : "PartialObjectMetadata"
        return "application/json;as=\(kind);g=meta.k8s.io;v=1,application/json"
    }

    /// The request as it is sent.
    func http(userAgent: String, pieces: HTTPPieces?, responseLimit: Int) -> HTTPRequest {
        HTTPRequest(
            .get,
            self.url,
            headers: [HTTPHeader("Accept", self.accept), HTTPHeader("User-Agent", userAgent)],
            pieces: pieces,
            timeout: self.timeout,
            responseLimit: responseLimit,
            acceptsCompressed: self.verb != .watch,
            connection: self.access.connection,
        )
    }

    /// The rule that a role must have for the request.
    var rule: String {
        let verbs = self.verb == .get ? "[get]" : "[list, watch]"
        let place = self.namespace.map { "in namespace \($0)" } ?? "in all namespaces"
        return "apiGroups: [\"\(self.resource.group)\"], resources: [\(self.resource.name)], "
            + "verbs: \(verbs) \(self.resource.isNamespaced ? place : "in a ClusterRole")"
    }
}
