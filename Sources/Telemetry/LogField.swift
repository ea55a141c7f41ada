/// One named value of a record besides its body: what a rule found, or what its source knew.
@frozen public struct LogField: Sendable, Hashable {
    /// How the value's bytes are to be read.
    @frozen public enum Form: UInt8, Sendable {
        /// Plain text of any bytes.
        case text
        /// The inside of a JSON string that is valid as it stands: UTF-8, escapes where they must be.
        case jsonString
        /// A whole valid JSON value that is no string: a number, `true`, `false`, `null`, an object or
        /// an array.
        case json
    }

    /// What a value means to destinations that have a place of their own for it.
    @frozen public enum Role: UInt8, Sendable {
        /// Nothing in particular.
        case attribute
        /// The record's severity as its program calls it.
        case severity
        /// The trace that the record belongs to: 32 lowercase hexadecimal digits.
        case traceID
        /// The span that the record belongs to: 16 lowercase hexadecimal digits.
        case spanID
        /// W3C trace flags: two hexadecimal digits.
        case traceFlags
    }

    /// The name, as plain text.
    public var key: LogText
    /// The value.
    public var value: LogText
    /// How to read it.
    public var form: Form
    /// What it means.
    public var role: Role

    /// Names a value.
    @inlinable
    public init(_ key: LogText, _ value: LogText, _ form: Form, _ role: Role = .attribute) {
        self.key = key
        self.value = value
        self.form = form
        self.role = role
    }
}
