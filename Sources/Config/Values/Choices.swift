/// Values that are one of a few names.
enum Choices {
    /// What to do about `text`, which is none of `allowed`.
    ///
    /// The expectation lists them already, so only a likely meaning is worth words.
    static func remedy(for text: String, among allowed: [String]) -> String {
        NearestName.nearest(to: text, in: allowed).map { "did you mean \($0)?" } ?? ""
    }
}

extension ScalarSyntax
where Value: RawRepresentable & CaseIterable & Sendable, Value.RawValue == String {
    /// One of an enumeration's raw values.
    ///
    /// - Precondition: The enumeration has a case.
    package static func choice(_: Value.Type, ignoringCase: Bool = false) -> Self {
        let cases = Array(Value.allCases)
        let allowed = cases.map(\.rawValue)
        guard let first = cases.first else {
            preconditionFailure("a choice needs something to choose from")
        }
        return Self(
            allowed.joined(separator: " | "),
            expectation: "one of \(allowed.joined(separator: ", "))",
            standIn: first,
            describe: { $0.rawValue },
            parse: { text throws(ScalarMismatch) in
                let wanted = ignoringCase ? text.lowercased() : text
                let found = cases.first {
                    (ignoringCase ? $0.rawValue.lowercased() : $0.rawValue) == wanted
                }
                if let found { return found }
                throw ScalarMismatch(remedy: Choices.remedy(for: text, among: allowed))
            },
        )
    }
}
