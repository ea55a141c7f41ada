/// Which collectors of a group one request asks for.
///
/// Source: node_exporter, `?collect[]=cpu&collect[]=meminfo` and `?exclude[]=cpu`.
package struct CollectorFilter: Sendable, Equatable {
    /// What is wrong with the request; answered with status 400.
    package struct Rejection: Error, Sendable, Equatable, CustomStringConvertible {
        /// One sentence for who sent the request.
        package let description: String
    }

    private enum Rule: Equatable {
        case all
        case only(Set<String>)
        case allBut(Set<String>)
    }

    private let rule: Rule

    /// Every collector.
    package static let all = CollectorFilter(rule: .all)

    private init(rule: Rule) { self.rule = rule }

    /// Reads a request's query.
    ///
    /// Throws when both ways are used, or when a collector is asked for that does not run.
    package init(
        query: [(name: String, value: String)],
        enabled: [ComponentName],
        disabled: [ComponentName] = [],
    ) throws(Rejection) {
        let wanted = query.filter { $0.name == "collect[]" }.map(\.value)
        let unwanted = query.filter { $0.name == "exclude[]" }.map(\.value)
        if !wanted.isEmpty, !unwanted.isEmpty {
            throw Rejection(
                description: "Combined collect and exclude queries are not allowed."
            )
        }
        for name in wanted where !enabled.contains(where: { $0.rawValue == name }) {
            let isKnown = disabled.contains { $0.rawValue == name }
            throw Rejection(
                description: "Couldn't create filtered metrics handler: couldn't create "
                    + "collector: \(isKnown ? "disabled" : "missing") collector: \(name)"
            )
        }
        if !wanted.isEmpty {
            self.rule = .only(Set(wanted))
        } else if !unwanted.isEmpty {
            self.rule = .allBut(Set(unwanted))
        } else {
            self.rule = .all
        }
    }

    /// Whether the collector called `name` is asked for.
    package func includes(_ name: ComponentName) -> Bool {
        switch self.rule {
        case .all: true
        case .only(let names): names.contains(name.rawValue)
        case .allBut(let names): !names.contains(name.rawValue)
        }
    }
}
