/// Every problem that one reading of a configuration found, in file order.
package struct ConfigReport: Sendable {
    /// The problems, by line and column; at most `ConfigLimits.problems`.
    package private(set) var problems: [ConfigProblem] = []
    /// Problems that were found beyond the limit.
    package private(set) var omitted = 0
    private var known: Set<ConfigProblem> = []
    private var errorCount = 0

    /// A report without problems.
    package init() {}

    /// The problems because of which the configuration is refused.
    package var errors: [ConfigProblem] { self.problems.filter { $0.severity == .error } }

    /// The problems with which the configuration is applied all the same.
    package var warnings: [ConfigProblem] { self.problems.filter { $0.severity == .warning } }

    /// Whether the configuration must be refused.
    package var hasErrors: Bool { self.errorCount > 0 }

    /// Whether nothing is wrong.
    package var isEmpty: Bool { self.problems.isEmpty }

    /// Whether further problems are only counted.
    var isFull: Bool { self.problems.count >= ConfigLimits.problems }

    /// Adds a problem, once.
    package mutating func add(_ problem: ConfigProblem) {
        guard !self.known.contains(problem) else { return }
        if problem.severity == .error { self.errorCount += 1 }
        guard !self.isFull else {
            self.omitted += 1
            return
        }
        self.known.insert(problem)
        // Readers go by their own order; people read their file from the top.
        let place = self.problems.firstIndex { Self.precedes(problem, $0) }
        self.problems.insert(problem, at: place ?? self.problems.endIndex)
    }

    /// Adds the problems of another file, which stay behind those of this one.
    package mutating func add(_ other: ConfigReport) {
        for problem in other.problems { self.add(problem) }
        self.omitted += other.omitted
    }

    private static func precedes(_ left: ConfigProblem, _ right: ConfigProblem) -> Bool {
        if left.location.file != right.location.file { return false }
        return (left.location.line, left.location.column)
            < (right.location.line, right.location.column)
    }
}

extension ConfigReport: CustomStringConvertible {
    /// One line per problem.
    package var description: String {
        var lines = self.problems.map(\.description)
        if self.omitted > 0 { lines.append("and \(self.omitted) more problems") }
        return lines.joined(separator: "\n")
    }
}
