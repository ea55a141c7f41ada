import Bytes
import Telemetry

/// The names under which a record's parts are written, and where they stand: one type a layout.
///
/// An object is made of `names.time`, the time, the body, trace and severity, what
/// `appendOpening` writes, the flags and fields, and what `appendEnding` writes.
protocol LogLayout: SendableMetatype {
    /// What differs between records.
    static var names: LogLayoutNames { get }

    /// Appends what stands before flags and fields; the same for all records of a file and stream.
    static func appendOpening(_ file: LogJSON.File, to out: inout OutputBuffer)

    /// Appends what stands after flags and fields, the object's end too.
    static func appendEnding(_ file: LogJSON.File, to out: inout OutputBuffer)
}

extension LogLayout {
    static func appendOpening(_ file: LogJSON.File, to out: inout OutputBuffer) {}
}

/// Names of what differs between records, as pieces of JSON.
struct LogLayoutNames: Sendable {
    /// A place of its own for what a field says.
    struct Place: Sendable {
        /// What stands before the value, the comma too.
        let start: StaticString
        /// What stands after it.
        let end: StaticString

        init(_ start: StaticString, _ end: StaticString = "\"") {
            self.start = start
            self.end = end
        }
    }

    /// How a record's severity is written.
    struct Severity: Sendable {
        /// Which words are used.
        enum Words: Sendable {
            /// Ours; the field that says it in its program's words stays what it is.
            case ours
            /// The program's own, and ours in small letters where it has none.
            case theirs
            /// The program's own, and ours in capital letters where it has none.
            case theirsInCapitals
        }

        /// What stands before the word.
        let start: StaticString
        /// What stands before the number; nil where it is not written.
        var number: StaticString?
        /// Which words are used.
        let words: Words
    }

    /// The object's start, up to the time.
    let time: StaticString
    /// What stands between the time and the body, from the time's own end on.
    let body: StaticString
    /// What stands after the body.
    var bodyEnd: StaticString = "\""
    /// What stands before the record's place in its file; nil where that isn't written.
    var offset: StaticString?
    /// How severity is written.
    let severity: Severity
    /// Where the trace is named.
    let traceID: Place
    /// Where the span is named.
    let spanID: Place
    /// Where trace flags stand; nil where they have no place.
    var traceFlags: Place?
    /// Keys that fields must not have, and when.
    let reserved: [(name: StaticString, part: LogJSON.Parts)]
    /// What keys of fields must not begin with, and when.
    var reservedPrefixes: [(name: StaticString, part: LogJSON.Parts)] = []
}
