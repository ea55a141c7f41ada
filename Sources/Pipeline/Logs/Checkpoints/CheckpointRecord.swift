import Bytes
import Telemetry

/// One record of a checkpoint file.
///
/// `0xc5, kind, length (4, little-endian), check value (4) of kind, length and payload, payload`.
/// Kinds that are not known are passed over, so that an older agent can read a newer file.
enum CheckpointRecord: Sendable, Hashable {
    /// From here on `id` means this content; `path` is for people.
    case file(id: UInt64, LogIdentity, path: String)
    /// The sink has confirmed this much of `id`.
    case position(id: UInt64, LogBookmark)
    /// A request is about to be sent; once it is confirmed these positions hold.
    case intent(sequence: UInt64, [Target])
    /// The request `sequence` was confirmed.
    case confirmed(sequence: UInt64)
    /// The content is gone for good.
    case forgotten(id: UInt64)

    /// Where a request takes one file.
    struct Target: Sendable, Hashable {
        /// The file's number in this checkpoint.
        let id: UInt64
        /// The position once it is confirmed.
        let end: LogBookmark

        /// Names a file and a position.
        init(id: UInt64, end: LogBookmark) {
            self.id = id
            self.end = end
        }
    }

    static let mark: UInt8 = 0xc5
    static let headerLength = 10
    /// The most bytes of one record.
    static let lengthLimit = 4 << 20
    /// The most bytes of a path that are kept.
    static let pathLimit = 1024

    private var kind: UInt8 {
        switch self {
        case .file: 1
        case .position: 2
        case .intent: 3
        case .confirmed: 4
        case .forgotten: 5
        }
    }

    /// Appends the record to `out`.
    func append(to out: inout OutputBuffer) {
        var payload = OutputBuffer(capacity: 64)
        switch self {
        case .file(let id, let identity, let path):
            payload.append(varint: id)
            payload.append(littleEndian: identity.inode)
            payload.append(littleEndian: identity.fingerprint)
            payload.append(String(decoding: path.utf8.prefix(Self.pathLimit), as: UTF8.self))
        case .position(let id, let bookmark):
            payload.append(varint: id)
            payload.append(bookmark: bookmark)
        case .intent(let sequence, let targets):
            payload.append(varint: sequence)
            for target in targets {
                payload.append(varint: target.id)
                payload.append(bookmark: target.end)
            }
        case .confirmed(let number), .forgotten(let number):
            payload.append(varint: number)
        }
        var checked = OutputBuffer(capacity: payload.count + 5)
        checked.append(self.kind)
        checked.append(littleEndian: UInt32(payload.count))
        checked.append(payload.span)
        out.append(Self.mark)
        out.append(self.kind)
        out.append(littleEndian: UInt32(payload.count))
        out.append(littleEndian: CRC32C.checksum(of: checked.span))
        out.append(payload.span)
    }
}

extension OutputBuffer {
    fileprivate mutating func append(bookmark: LogBookmark) {
        self.append(varint: UInt64(bitPattern: bookmark.position.stdout))
        self.append(varint: UInt64(bitPattern: bookmark.position.stderr))
        self.append(varint: UInt64(bitPattern: bookmark.position.unknown))
        self.append(littleEndian: bookmark.marker)
    }
}
