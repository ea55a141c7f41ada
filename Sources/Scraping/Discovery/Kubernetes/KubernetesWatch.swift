import Codecs
import Kubernetes
import Telemetry

/// The objects of one entry: those that are targets, and those that describe them.
///
/// While a group is made, what it looks up is kept, so that a change of a pod, service, node or
/// namespace makes just the groups anew that it is part of.
struct KubernetesWatch {
    private let targets: Targets
    private let related: Related
    private let kind: ObjectName.Kind
    private let settings: RoleSettings
    /// By a target's object, what its group looked up.
    private var lookups: [ObjectName: Set<ObjectName>] = [:]
    /// By what was looked up, the objects whose groups did.
    private var dependents: [ObjectName: Set<ObjectName>] = [:]

    /// Begins to watch what an entry needs.
    init(_ plan: KubernetesWatchPlan, _ informers: any Informers, _ changes: ClusterChanges) {
        self.kind = plan.kind
        self.settings = plan.settings
        self.targets = Targets(plan, informers, changes)
        self.related = Related(plan, informers, changes)
    }

    /// Hears of changes no more.
    func stop() {
        self.targets.stop()
        self.related.stop()
    }

    /// All objects that are targets.
    var names: Set<ObjectName> { Set(self.targets.names.map(self.name)) }

    /// The objects whose groups a change of `objects` may change.
    func affected(by objects: Set<ObjectName>) -> Set<ObjectName> {
        var affected: Set<ObjectName> = []
        for object in objects {
            if object.kind == self.kind { affected.insert(object) }
            affected.formUnion(self.dependents[object] ?? [])
        }
        return affected
    }

    /// The group of an object; without targets when the object is gone.
    mutating func group(_ name: ObjectName) -> TargetGroup {
        var lookup = Lookup(related: self.related)
        let group = self.targets.group(name, self.currentSettings, &lookup)
        for old in self.lookups[name] ?? [] where !lookup.names.contains(old) {
            self.dependents[old]?.remove(name)
            if self.dependents[old]?.isEmpty ?? false { self.dependents[old] = nil }
        }
        for new in lookup.names { self.dependents[new, default: []].insert(name) }
        self.lookups[name] = lookup.names.isEmpty ? nil : lookup.names
        return group
    }

    /// Nodes that can't be had are not attached, rather than that their pods are left out.
    private var currentSettings: RoleSettings {
        var settings = self.settings
        if let nodes = self.related.nodes, !nodes.isSynced { settings.attachesNode = false }
        return settings
    }

    private func name(_ metadata: ObjectMetadata) -> ObjectName {
        ObjectName(self.kind, metadata.namespace, metadata.name)
    }
}

extension KubernetesWatch {
    /// The objects that are targets.
    enum Targets: Sendable {
        case nodes(WatchedStores<NodeObject>)
        case pods(WatchedStores<PodObject>)
        case services(WatchedStores<ServiceObject>)
        case endpoints(WatchedStores<EndpointsObject>)
        case slices(WatchedStores<EndpointSliceObject>)
        case ingresses(WatchedStores<IngressObject>)

        init(
            _ plan: KubernetesWatchPlan,
            _ informers: any Informers,
            _ changes: ClusterChanges,
        ) {
            func watch<Object: APIObject>() -> WatchedStores<Object> {
                WatchedStores(
                    informers,
                    plan.queries(plan.role),
                    plan.kind,
                    isRequired: true,
                    counted: Set(KubernetesMeters.Event.allCases),
                    changes,
                )
            }
            self =
                switch plan.role {
                case .node: .nodes(watch())
                case .pod: .pods(watch())
                case .service: .services(watch())
                case .endpoints: .endpoints(watch())
                case .endpointslice: .slices(watch())
                case .ingress: .ingresses(watch())
                }
        }

        var names: [ObjectMetadata] {
            switch self {
            case .nodes(let stores): stores.objects.map(\.metadata)
            case .pods(let stores): stores.objects.map(\.metadata)
            case .services(let stores): stores.objects.map(\.metadata)
            case .endpoints(let stores): stores.objects.map(\.metadata)
            case .slices(let stores): stores.objects.map(\.metadata)
            case .ingresses(let stores): stores.objects.map(\.metadata)
            }
        }

        func stop() {
            switch self {
            case .nodes(let stores): stores.stop()
            case .pods(let stores): stores.stop()
            case .services(let stores): stores.stop()
            case .endpoints(let stores): stores.stop()
            case .slices(let stores): stores.stop()
            case .ingresses(let stores): stores.stop()
            }
        }

        func group(
            _ object: ObjectName,
            _ settings: RoleSettings,
            _ lookup: inout Lookup,
        ) -> TargetGroup {
            let (namespace, name) = (object.namespace, object.name)
            switch self {
            case .nodes(let stores):
                return stores.object(namespace, name).map { NodeRole.group($0) }
                    ?? TargetGroup(source: NodeRole.source(name))
            case .pods(let stores):
                return stores.object(namespace, name)
                    .map { PodRole.group($0, settings, &lookup) }
                    ?? TargetGroup(source: PodRole.source(namespace, name))
            case .services(let stores):
                return stores.object(namespace, name)
                    .map { ServiceRole.group($0, settings, &lookup) }
                    ?? TargetGroup(source: ServiceRole.source(namespace, name))
            case .endpoints(let stores):
                return stores.object(namespace, name)
                    .map { EndpointsRole.group($0, settings, &lookup) }
                    ?? TargetGroup(source: EndpointsRole.source(namespace, name))
            case .slices(let stores):
                return stores.object(namespace, name)
                    .map { EndpointSliceRole.group($0, settings, &lookup) }
                    ?? TargetGroup(source: EndpointSliceRole.source(namespace, name))
            case .ingresses(let stores):
                return stores.object(namespace, name)
                    .map { IngressRole.group($0, settings, &lookup) }
                    ?? TargetGroup(source: IngressRole.source(namespace, name))
            }
        }
    }

    /// The objects that describe targets; nil where nothing of the kind is needed.
    struct Related: Sendable {
        var pods: WatchedStores<PodObject>?
        var services: WatchedStores<ServiceObject>?
        var nodes: WatchedStores<NodeObject>?
        var namespaces: WatchedStores<NamespaceObject>?
        var replicaSets: WatchedStores<ReplicaSetObject>?
        var jobs: WatchedStores<JobObject>?

        init(
            _ plan: KubernetesWatchPlan,
            _ informers: any Informers,
            _ changes: ClusterChanges,
        ) {
            func watch<Object: APIObject>(
                _ kind: ObjectName.Kind,
                isRequired: Bool = false,
                counted: Set<KubernetesMeters.Event> = [],
            ) -> WatchedStores<Object>? {
                guard let queries = plan.related[kind] else { return nil }
                return WatchedStores(
                    informers,
                    queries,
                    kind,
                    isRequired: isRequired,
                    counted: counted,
                    changes,
                )
            }
            // Without them, rules that look at their labels would keep and drop the wrong targets.
            self.services = watch(.service, isRequired: true, counted: [.add, .update, .delete])
            self.pods = watch(.pod, isRequired: true, counted: [.update])
            self.nodes = watch(.node, isRequired: plan.selectsNodes)
            self.namespaces = watch(.namespace)
            self.replicaSets = watch(.replicaSet)
            self.jobs = watch(.job)
        }

        func stop() {
            self.pods?.stop()
            self.services?.stop()
            self.nodes?.stop()
            self.namespaces?.stop()
            self.replicaSets?.stop()
            self.jobs?.stop()
        }
    }

    /// Looks related objects up, and remembers which.
    struct Lookup: RelatedObjects {
        let related: Related
        var names: Set<ObjectName> = []

        mutating func pod(_ namespace: String, _ name: String) -> PodObject? {
            self.find(self.related.pods, .pod, namespace, name)
        }

        mutating func service(_ namespace: String, _ name: String) -> ServiceObject? {
            self.find(self.related.services, .service, namespace, name)
        }

        mutating func node(_ name: String) -> NodeObject? {
            self.find(self.related.nodes, .node, "", name)
        }

        mutating func namespace(_ name: String) -> NamespaceObject? {
            self.find(self.related.namespaces, .namespace, "", name)
        }

        mutating func replicaSet(_ namespace: String, _ name: String) -> ReplicaSetObject? {
            self.find(self.related.replicaSets, .replicaSet, namespace, name)
        }

        mutating func job(_ namespace: String, _ name: String) -> JobObject? {
            self.find(self.related.jobs, .job, namespace, name)
        }

        private mutating func find<Object: APIObject>(
            _ stores: WatchedStores<Object>?,
            _ kind: ObjectName.Kind,
            _ namespace: String,
            _ name: String,
        ) -> Object? {
            self.names.insert(ObjectName(kind, namespace, name))
            return stores?.object(namespace, name)
        }
    }
}
