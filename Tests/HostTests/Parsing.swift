import Bytes
import Host

/// The error of a parser, if it had one.
func formatError(
    _ text: String,
    _ parse: (Span<UInt8>) throws(FormatError) -> Void,
) -> FormatError? {
    let bytes = Array(text.utf8)
    do {
        try parse(bytes.span)
        return nil
    } catch {
        return error
    }
}

/// Calls a parser with a text's bytes.
func parsed<Value>(
    _ text: String,
    _ parse: (Span<UInt8>) throws(FormatError) -> Value,
) throws(FormatError) -> Value {
    let bytes = Array(text.utf8)
    return try parse(bytes.span)
}
