import Codecs

// Single objects' owners, by metadata-only requests.
extension APIClient: ObjectLookups {
    private typealias Read =
        @Sendable (APIClient, ObjectLookup, ClusterAccess) async throws(APIFailure)
        -> ObjectMetadata

    /// How the kinds are read that own pods and belong to something themselves.
    private static let kinds: [APIResource: Read] = [
        ReplicaSetObject.resource: { client, object, access throws(APIFailure) in
            try await client.metadata(ReplicaSetObject.self, object, access)
        },
        JobObject.resource: { client, object, access throws(APIFailure) in
            try await client.metadata(JobObject.self, object, access)
        },
    ]

    package func controller(
        of object: ObjectLookup,
        at access: ClusterAccess,
    ) async -> LookupAnswer {
        guard let read = Self.kinds[object.resource] else { return .refused }
        do throws(APIFailure) {
            return .found(try await read(self, object, access).controller)
        } catch {
            switch error.kind {
            case .missing: return .found(nil)
            case .forbidden: return .refused
            default: return .failed
            }
        }
    }

    private func metadata<Object: APIObject>(
        _ kind: Object.Type,
        _ object: ObjectLookup,
        _ access: ClusterAccess,
    ) async throws(APIFailure) -> ObjectMetadata {
        let found = try await self.get(
            kind,
            object.name,
            in: object.namespace,
            from: access,
            isMetadataOnly: true,
        )
        return found.metadata
    }
}
