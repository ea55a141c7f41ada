import Bytes

/// One answer of a name server, and the questions that ask for it.
///
/// Pure. Source: RFC 1035, section 4; RFC 3596 (AAAA), RFC 2782 (SRV), RFC 6891 (EDNS).
package struct DNSMessage: Sendable, Hashable {
    /// The types of record that are asked for.
    package enum RecordType: UInt16, Sendable, CaseIterable {
        case a = 1
        case ns = 2
        case mx = 15
        case aaaa = 28
        case srv = 33
    }

    /// What one record says; names end in a dot, and what is no plain text in them is escaped.
    package enum Record: Sendable, Hashable {
        /// The bytes of an IPv4 or IPv6 address.
        case address([UInt8])
        case server(name: String)
        case exchange(name: String)
        case service(name: String, port: UInt16)
    }

    /// Why bytes are no answer.
    package struct Unreadable: Error, Sendable, CustomStringConvertible {
        /// What was expected and what was found.
        package let description: String
    }

    /// The answer's code for "there is no such name".
    package static let nameError: UInt8 = 3
    /// The most bytes of a name on the wire.
    package static let nameLimit = 255
    /// The size of answers over UDP that is asked for.
    package static let datagramSize = 4096

    /// What the query was known by.
    package let id: UInt16
    /// 0 for success.
    package let code: UInt8
    /// Whether there is more than fits a datagram.
    package let isTruncated: Bool
    /// The records of the type that was asked for, in order; aliases on the way are left out.
    package let records: [Record]

    /// A query with recursion, or nil when `name` is no name of a host.
    ///
    /// - Parameters:
    ///   - name: Labels between dots, with or without one at the end.
    ///   - type: What is asked for.
    ///   - id: What the answer carries again.
    ///   - extended: Says that large datagrams are taken (EDNS).
    /// - Returns: The message.
    package static func query(
        _ name: String,
        _ type: RecordType,
        id: UInt16,
        extended: Bool,
    ) -> [UInt8]? {
        var bytes: [UInt8] = []
        func append(_ value: UInt16) {
            bytes.append(UInt8(value >> 8))
            bytes.append(UInt8(truncatingIfNeeded: value))
        }
        append(id)
        append(0x0100)
        append(1)
        append(0)
        append(0)
        append(extended ? 1 : 0)
        let start = bytes.count
        var labels = name.utf8.split(
            separator: UInt8(ascii: "."),
            omittingEmptySubsequences: false,
        )
        if labels.last?.isEmpty == true { labels.removeLast() }
        for label in labels {
            guard (1...63).contains(label.count) else { return nil }
            bytes.append(UInt8(label.count))
            bytes.append(contentsOf: label)
        }
        bytes.append(0)
        if bytes.count - start > Self.nameLimit { return nil }
        append(type.rawValue)
        append(1)
        if extended {
            bytes.append(0)
            append(41)
            append(UInt16(Self.datagramSize))
            append(0)
            append(0)
            append(0)
        }
        return bytes
    }

    /// Reads an answer to a question for `type`.
    package init(
        _ bytes: borrowing Span<UInt8>,
        askedFor type: RecordType,
    ) throws(Unreadable) {
        var reader = DNSReader()
        self.id = try reader.number(in: bytes)
        let flags = try reader.number(in: bytes)
        guard flags & 0x8000 != 0 else {
            throw Unreadable(description: "expected an answer, found a question")
        }
        self.isTruncated = flags & 0x0200 != 0
        self.code = UInt8(flags & 0xf)
        let questions = try reader.number(in: bytes)
        let answers = try reader.number(in: bytes)
        reader.offset += 4
        for _ in 0..<questions {
            _ = try reader.name(in: bytes)
            _ = try reader.number(in: bytes)
            _ = try reader.number(in: bytes)
        }
        var records: [Record] = []
        for _ in 0..<answers {
            // A server that cut its answer may have cut it anywhere.
            do throws(Unreadable) {
                if let record = try reader.record(type, in: bytes) { records.append(record) }
            } catch {
                if !self.isTruncated { throw error }
                break
            }
        }
        self.records = records
    }
}

/// Reads a message from front to back.
private struct DNSReader {
    typealias Failure = DNSMessage.Unreadable

    var offset = 0

    mutating func number(in bytes: borrowing Span<UInt8>) throws(Failure) -> UInt16 {
        guard self.offset + 2 <= bytes.count else { throw self.cut(bytes) }
        defer { self.offset += 2 }
        return UInt16(bytes[self.offset]) << 8 | UInt16(bytes[self.offset + 1])
    }

    /// Reads one record; nil when it is of another type.
    mutating func record(
        _ wanted: DNSMessage.RecordType,
        in bytes: borrowing Span<UInt8>,
    ) throws(Failure) -> DNSMessage.Record? {
        _ = try self.name(in: bytes)
        let type = try self.number(in: bytes)
        let kind = try self.number(in: bytes)
        self.offset += 4
        let length = Int(try self.number(in: bytes))
        let end = self.offset + length
        guard end <= bytes.count else { throw self.cut(bytes) }
        defer { self.offset = end }
        if type != wanted.rawValue || kind != 1 { return nil }
        var inner = self
        let record = try inner.data(wanted, end, bytes)
        guard inner.offset == end else {
            throw Failure(
                description: "expected a record of \(inner.offset - self.offset) bytes at byte "
                    + "\(self.offset), found \(length)"
            )
        }
        return record
    }

    private mutating func data(
        _ type: DNSMessage.RecordType,
        _ end: Int,
        _ bytes: borrowing Span<UInt8>,
    ) throws(Failure) -> DNSMessage.Record {
        switch type {
        case .a, .aaaa:
            let size = type == .a ? 4 : 16
            guard self.offset + size <= end else { throw self.cut(bytes) }
            defer { self.offset += size }
            return .address(bytes.extracting(self.offset..<self.offset + size).array)
        case .ns:
            return .server(name: try self.name(in: bytes))
        case .mx:
            _ = try self.number(in: bytes)
            return .exchange(name: try self.name(in: bytes))
        case .srv:
            _ = try self.number(in: bytes)
            _ = try self.number(in: bytes)
            let port = try self.number(in: bytes)
            return .service(name: try self.name(in: bytes), port: port)
        }
    }

    /// Reads a name, following pointers, which only lead backward.
    mutating func name(in bytes: borrowing Span<UInt8>) throws(Failure) -> String {
        var name: [UInt8] = []
        var place = self.offset
        var end: Int?
        var lowest = place
        var length = 0
        while true {
            guard place < bytes.count else { throw self.cut(bytes) }
            let size = Int(bytes[place])
            if size == 0 { break }
            if size & 0xc0 == 0xc0 {
                guard place + 1 < bytes.count else { throw self.cut(bytes) }
                let target = (size & 0x3f) << 8 | Int(bytes[place + 1])
                if end == nil { end = place + 2 }
                guard target < lowest else {
                    throw Failure(
                        description: "expected a pointer to an earlier name at byte \(place), "
                            + "found one to byte \(target)"
                    )
                }
                place = target
                lowest = target
                continue
            }
            length += size + 1
            guard size < 64, length < DNSMessage.nameLimit, place + size < bytes.count else {
                throw Failure(description: "expected a name at byte \(self.offset), found none")
            }
            for index in place + 1...place + size { Self.append(bytes[index], to: &name) }
            name.append(UInt8(ascii: "."))
            place += size + 1
        }
        self.offset = end ?? place + 1
        return name.isEmpty ? "." : String(decoding: name, as: UTF8.self)
    }

    /// As miekg/dns, which Prometheus uses, writes a byte of a name: `\DDD` unless it is printable.
    private static func append(_ byte: UInt8, to name: inout [UInt8]) {
        if byte <= 0x20 || byte > 0x7e {
            if byte == 0x20 {
                name += [UInt8(ascii: "\\"), byte]
                return
            }
            name.append(UInt8(ascii: "\\"))
            name += [byte / 100, byte / 10 % 10, byte % 10].map { $0 + 0x30 }
            return
        }
        if Self.special.contains(byte) { name.append(UInt8(ascii: "\\")) }
        name.append(byte)
    }

    private static let special = Set(".'@;()\"\\".utf8)

    private func cut(_ bytes: borrowing Span<UInt8>) -> Failure {
        Failure(description: "expected more than \(bytes.count) bytes, found the end")
    }
}
