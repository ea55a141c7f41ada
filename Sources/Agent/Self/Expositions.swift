import Bytes
package import Codecs
package import Pipeline

/// What can be scraped from the agent: the collectors' groups and its own metrics.
package struct Expositions: Sendable {
    /// One group: its name in `/metrics/NAME`, and its collectors.
    package struct Group: Sendable {
        let name: String
        let collectors: CollectorGroup
        /// Collectors that exist but are off, for a clear answer to `collect[]`.
        let disabled: [ComponentName]
    }

    /// What can be asked for.
    package enum Selection: Sendable, Hashable {
        /// Everything.
        case all
        /// The group of collectors with this name.
        case group(String)
        /// The agent's own metrics.
        case agent
    }

    package let groups: [Group]
    private let meters: Meters

    init(groups: [Group], meters: Meters) {
        self.groups = groups
        self.meters = meters
    }

    /// Appends one exposition to `payload` and returns its content type.
    ///
    /// Throws when the query names a collector that does not run.
    package func render(
        _ selection: Selection,
        query: [(name: String, value: String)] = [],
        as format: MetricWriter.Format,
        into payload: Payload,
    ) async throws(CollectorFilter.Rejection) -> String {
        if case .group(let name) = selection,
            let group = self.groups.first(where: { $0.name == name })
        {
            // The group keeps a writer for each format: what is scraped often allocates nothing.
            let filter = try Self.filter(query, of: [group])
            await group.collectors.render(filter, as: format, into: payload)
            return MetricWriter.contentType(of: format)
        }
        var writer = MetricWriter(format: format)
        let groups = selection == .all ? self.groups : []
        let filter = groups.isEmpty ? .all : try Self.filter(query, of: groups)
        for group in groups { writer = await group.collectors.collect(filter, into: writer) }
        let isFiltered = query.contains { $0.name == "collect[]" || $0.name == "exclude[]" }
        switch selection {
        case .agent: self.meters.write(into: &writer)
        case .all where !isFiltered: self.meters.write(into: &writer)
        case .all, .group: break
        }
        writer.render(into: &payload.bytes)
        return writer.contentType
    }

    /// Which collectors of these groups a request asks for.
    private static func filter(
        _ query: [(name: String, value: String)],
        of groups: [Group],
    ) throws(CollectorFilter.Rejection) -> CollectorFilter {
        try CollectorFilter(
            query: query,
            enabled: groups.flatMap(\.collectors.collectors),
            disabled: groups.flatMap(\.disabled),
        )
    }
}
