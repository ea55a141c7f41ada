import Bytes
import Telemetry

extension CheckpointRecord {
    /// What stands at an offset of a checkpoint file.
    enum Scan: Sendable, Hashable {
        /// A record and where the next one starts.
        case record(CheckpointRecord, end: Int)
        /// A sound record of a kind that is not known.
        case unknown(end: Int)
        /// No sound record.
        case damaged
    }

    /// Reads what stands at `offset`.
    static func scan(_ bytes: borrowing Span<UInt8>, at offset: Int) -> Scan {
        guard bytes.count - offset >= Self.headerLength, bytes[offset] == Self.mark else {
            return .damaged
        }
        let length = Int(bytes.word32(at: offset + 2))
        let end = offset + Self.headerLength + length
        guard length <= Self.lengthLimit, end <= bytes.count else { return .damaged }
        let payload = bytes.extracting(offset + Self.headerLength..<end)
        var checked = OutputBuffer(capacity: length + 5)
        checked.append(bytes.extracting(offset + 1..<offset + 6))
        checked.append(payload)
        guard bytes.word32(at: offset + 6) == CRC32C.checksum(of: checked.span) else {
            return .damaged
        }
        var reader = PayloadReader()
        guard let record = reader.record(kind: bytes[offset + 1], payload) else {
            return bytes[offset + 1] > 5 ? .unknown(end: end) : .damaged
        }
        return .record(record, end: end)
    }
}

/// Takes a record's payload apart.
private struct PayloadReader {
    private var position = 0

    mutating func record(
        kind: UInt8,
        _ payload: borrowing Span<UInt8>,
    ) -> CheckpointRecord? {
        guard let number = self.varint(payload) else { return nil }
        switch kind {
        case 1:
            guard payload.count - self.position >= 16 else { return nil }
            let identity = LogIdentity(
                inode: payload.word64(at: self.position),
                fingerprint: payload.word64(at: self.position + 8),
            )
            let path = payload.extracting(droppingFirst: self.position + 16).text
            return .file(id: number, identity, path: path)
        case 2:
            guard let bookmark = self.bookmark(payload) else { return nil }
            return .position(id: number, bookmark)
        case 3:
            var targets: [CheckpointRecord.Target] = []
            while self.position < payload.count {
                guard let id = self.varint(payload), let end = self.bookmark(payload) else {
                    return nil
                }
                targets.append(.init(id: id, end: end))
            }
            return .intent(sequence: number, targets)
        case 4: return .confirmed(sequence: number)
        case 5: return .forgotten(id: number)
        default: return nil
        }
    }

    private mutating func bookmark(_ payload: borrowing Span<UInt8>) -> LogBookmark? {
        guard
            let stdout = self.offset(payload), let stderr = self.offset(payload),
            let unknown = self.offset(payload), payload.count - self.position >= 8
        else { return nil }
        var position = LogPosition()
        position.stdout = stdout
        position.stderr = stderr
        position.unknown = unknown
        let marker = payload.word64(at: self.position)
        self.position += 8
        return LogBookmark(position, marker: marker)
    }

    /// An offset in a file, which is not negative.
    private mutating func offset(_ payload: borrowing Span<UInt8>) -> Int64? {
        self.varint(payload).flatMap { Int64(exactly: $0) }
    }

    private mutating func varint(_ payload: borrowing Span<UInt8>) -> UInt64? {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while self.position < payload.count, shift < 64 {
            let byte = payload[self.position]
            self.position += 1
            value |= UInt64(byte & 0x7f) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
        return nil
    }
}
