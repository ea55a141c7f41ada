/// How one kind of value is written: its name, its grammar and its default's look.
///
/// The readers of `ConfigNode` have one for each type people need; a component with a notation of
/// its own makes another with `init(_:expectation:standIn:…)`.
package struct ScalarSyntax<Value> {
    /// The type's name in the reference, such as `duration`.
    package let name: String
    /// What a message says was expected, such as `a duration such as 15s or 1h30m`.
    package let expectation: String
    /// The value to go on with when a required one is missing or wrong; never used in earnest.
    package let standIn: Value
    /// Which environment variables are put in before parsing.
    package var substitution = Substitution.variables
    /// Whether an empty value is the empty text instead of a missing value.
    package var takesNull = false
    /// The text that stands for a value, for the reference.
    package let describe: @Sendable (Value) -> String
    /// Makes the value.
    package let parse: @Sendable (String) throws(ScalarMismatch) -> Value

    /// Describes a notation; see the properties.
    package init(
        _ name: String,
        expectation: String,
        standIn: Value,
        describe: @escaping @Sendable (Value) -> String,
        parse: @escaping @Sendable (String) throws(ScalarMismatch) -> Value,
    ) {
        self.name = name
        self.expectation = expectation
        self.standIn = standIn
        self.describe = describe
        self.parse = parse
    }
}

extension ScalarSyntax: Sendable where Value: Sendable {}

/// Why a text is no value of a type.
package struct ScalarMismatch: Error, Sendable {
    /// What was expected, if that is narrower than the type's own words.
    package let expectation: String?
    /// What to do; empty when the expectation says it all.
    package let remedy: String

    /// Describes a mismatch.
    package init(expectation: String? = nil, remedy: String = "") {
        self.expectation = expectation
        self.remedy = remedy
    }
}
