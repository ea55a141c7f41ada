import Bytes

/// What an Elasticsearch `_bulk` answer says about each record.
///
/// Source: Elasticsearch reference, "Bulk API", response body: `errors`, and `items` in the order of
/// the request, each `{action: {"status": n, "error": {"type": …, "reason": …}}}`.
package struct BulkResponse: Sendable, Hashable {
    /// One item that was not stored.
    package struct Fault: Sendable, Hashable {
        /// Its place in the request, from 0.
        package let index: Int
        /// The item's status, as in HTTP.
        package let status: Int
        /// The error's type and reason, cut to a printable length; only for the first few.
        package let reason: String
    }

    /// Why an answer says nothing.
    package struct Unreadable: Error, Sendable, Hashable {
        /// What was expected, and where.
        package let message: String
    }

    /// How many items the answer names; 0 when it says at once that there were no errors.
    package private(set) var itemCount = 0
    /// Whether the answer says that there were no errors.
    package private(set) var isClean = false
    /// Items with a status that is not 2xx, in order.
    package private(set) var faults: [Fault] = []

    /// The most faults whose reason is kept.
    package static let reasonLimit = 8

    /// Reads an answer; stops as soon as it says that there were no errors.
    package init(_ body: borrowing Span<UInt8>) throws(Unreadable) {
        var scanner = JSONScanner()
        var sawErrors = false
        var sawItems = false
        try scanner.expect(UInt8(ascii: "{"), in: body)
        while let key = try scanner.nextKey(in: body) {
            let name = body.extracting(key)
            if name.equals("errors") {
                sawErrors = true
                if try scanner.bool(in: body) == false {
                    self.isClean = true
                    return
                }
            } else if name.equals("items") {
                sawItems = true
                try self.readItems(&scanner, body)
            } else {
                try scanner.skipValue(in: body)
            }
        }
        if !sawErrors, !sawItems {
            throw Unreadable(message: "expected `errors` or `items`, found neither")
        }
    }

    private mutating func readItems(
        _ scanner: inout JSONScanner,
        _ body: borrowing Span<UInt8>,
    ) throws(Unreadable) {
        try scanner.expect(UInt8(ascii: "["), in: body)
        while try scanner.nextElement(in: body) {
            try scanner.expect(UInt8(ascii: "{"), in: body)
            while try scanner.nextKey(in: body) != nil {
                try self.readItem(&scanner, body)
            }
            self.itemCount += 1
        }
    }

    private mutating func readItem(
        _ scanner: inout JSONScanner,
        _ body: borrowing Span<UInt8>,
    ) throws(Unreadable) {
        var status = 0
        var error = 0..<0
        try scanner.expect(UInt8(ascii: "{"), in: body)
        while let key = try scanner.nextKey(in: body) {
            let name = body.extracting(key)
            if name.equals("status") {
                status = try scanner.integer(in: body)
            } else if name.equals("error") {
                let start = scanner.position
                try scanner.skipValue(in: body)
                error = start..<scanner.position
            } else {
                try scanner.skipValue(in: body)
            }
        }
        if status >= 200, status < 300 { return }
        let needsReason = self.faults.count < Self.reasonLimit
        let reason = needsReason ? Self.reason(of: body.extracting(error)) : ""
        self.faults.append(Fault(index: self.itemCount, status: status, reason: reason))
    }

    /// `type: reason` of an error object; the text itself when it is something else.
    private static func reason(of error: borrowing Span<UInt8>) -> String {
        var type = ""
        var reason = ""
        var scanner = JSONScanner()
        do {
            try scanner.expect(UInt8(ascii: "{"), in: error)
            while let key = try scanner.nextKey(in: error) {
                let isType = error.extracting(key).equals("type")
                let isReason = error.extracting(key).equals("reason")
                let start = scanner.position
                try scanner.skipValue(in: error)
                let value = error.extracting(start..<scanner.position)
                if isType { type = value.unquoted }
                if isReason { reason = value.unquoted }
            }
        } catch {
            return ""
        }
        return reason.isEmpty ? type : "\(type): \(reason)"
    }
}

extension Span where Element == UInt8 {
    /// A scanned JSON string without its quotes and escapes, cut to a printable length.
    fileprivate var unquoted: String {
        let inner = self.trimmed
        let text = inner.count >= 2 ? inner.extracting(1..<inner.count - 1) : inner
        return text.extracting(first: min(text.count, 300)).text.replacing("\\\"", with: "'")
    }
}
