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
    package typealias Unreadable = JSONUnreadable

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
        var reader = JSONReader(body)
        var sawErrors = false
        var sawItems = false
        try reader.beginObject()
        while let name = try reader.nextMember() {
            if name.equals("errors") {
                sawErrors = true
                if try reader.bool() == false {
                    self.isClean = true
                    return
                }
            } else if name.equals("items") {
                sawItems = true
                try self.readItems(&reader, body)
            } else {
                try reader.skip()
            }
        }
        if !sawErrors, !sawItems {
            throw Unreadable("expected `errors` or `items`, found neither")
        }
    }

    private mutating func readItems(
        _ reader: inout JSONReader,
        _ body: borrowing Span<UInt8>,
    ) throws(Unreadable) {
        try reader.beginArray()
        while try reader.nextElement() {
            try reader.beginObject()
            while try reader.nextKey() != nil {
                try self.readItem(&reader, body)
            }
            self.itemCount += 1
        }
    }

    private mutating func readItem(
        _ reader: inout JSONReader,
        _ body: borrowing Span<UInt8>,
    ) throws(Unreadable) {
        var status = 0
        var error = 0..<0
        try reader.beginObject()
        while let name = try reader.nextMember() {
            if name.equals("status") {
                status = try reader.integer()
            } else if name.equals("error") {
                error = try reader.skip()
            } else {
                try reader.skip()
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
        var reader = JSONReader(error)
        do {
            try reader.beginObject()
            while let key = try reader.nextMember() {
                let value = error.extracting(try reader.skip())
                switch key {
                case "type": type = value.unquoted
                case "reason": reason = value.unquoted
                default: break
                }
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
