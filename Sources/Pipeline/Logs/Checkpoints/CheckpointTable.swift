import Bytes
import Telemetry

/// What a sink's checkpoint file says, and how records change it.
struct CheckpointTable: Sendable {
    /// What is known of one content.
    struct Entry: Sendable, Hashable {
        /// Its number in the checkpoint file.
        let id: UInt64
        /// The path it had, for people.
        var path: String
        /// What the sink has confirmed.
        var bookmark = LogBookmark()
        /// What was sent and perhaps arrived, though nobody confirmed it.
        var intended: LogPosition?
    }

    /// What a checkpoint file held besides the table.
    struct Reading: Sendable, Hashable {
        /// Records that were understood.
        var records = 0
        /// Bytes that were passed over because no sound record begins or ends there.
        var damagedBytes = 0
        /// Whether files with which it began may be missing.
        var isIncomplete = true
    }

    /// What every checkpoint file begins with: the name and the version.
    static let header: [UInt8] = Array("martlet1".utf8)

    /// What stands behind the files with which it begins: a request with nothing in it.
    private static let endOfFiles = CheckpointRecord.intent(sequence: 0, [])

    /// The contents by their identity.
    private(set) var entries: [LogIdentity: Entry] = [:]
    private var identities: [UInt64: LogIdentity] = [:]
    private var lastID: UInt64 = 0
    private var intent: (sequence: UInt64, targets: [CheckpointRecord.Target])?

    /// Knows nothing.
    init() {}

    /// Reads a checkpoint file; nil when it is not one.
    ///
    /// Damage among the files with which it begins is passed over up to the next sound record: such
    /// a file is unknown. Behind them everything from the damage on is left out, so that the
    /// positions of all files are those of one moment; a line that begins in one file and ends in
    /// the next is never put together of two moments. Neither invents a position: a sink goes on
    /// earlier than it could have.
    static func read(
        _ bytes: borrowing Span<UInt8>
    ) -> (table: CheckpointTable, reading: Reading)? {
        guard bytes.count >= Self.header.count else { return nil }
        for (index, byte) in Self.header.enumerated() where bytes[index] != byte { return nil }
        var table = CheckpointTable()
        var reading = Reading()
        var offset = Self.header.count
        while offset < bytes.count {
            switch CheckpointRecord.scan(bytes, at: offset) {
            case .record(let record, let end):
                if record == Self.endOfFiles { reading.isIncomplete = false }
                table.apply(record)
                reading.records += 1
                offset = end
            case .unknown(let end):
                offset = end
            case .damaged:
                let next =
                    reading.isIncomplete
                    ? bytes.firstOffset(of: CheckpointRecord.mark, from: offset + 1) : nil
                reading.damagedBytes += (next ?? bytes.count) - offset
                offset = next ?? bytes.count
            }
        }
        table.leaveIntent()
        return (table, reading)
    }

    /// The id of a content; `isNew` when it has to be written down first.
    mutating func id(
        of identity: LogIdentity,
        path: String,
    ) -> (id: UInt64, isNew: Bool) {
        if let entry = self.entries[identity] { return (entry.id, false) }
        self.apply(.file(id: self.lastID + 1, identity, path: path))
        return (self.lastID, true)
    }

    /// Changes the table as a record says.
    mutating func apply(_ record: CheckpointRecord) {
        switch record {
        case .file(let id, let identity, let path):
            if let old = self.entries[identity] { self.identities[old.id] = nil }
            self.entries[identity] = Entry(id: id, path: path)
            self.identities[id] = identity
            self.lastID = max(self.lastID, id)
        case .position(let id, let bookmark):
            guard let identity = self.identities[id] else { return }
            self.entries[identity]?.bookmark = bookmark
            if let intended = self.entries[identity]?.intended,
                intended.reach <= bookmark.position.reach
            {
                self.entries[identity]?.intended = nil
            }
        case .intent(let sequence, let targets):
            self.leaveIntent()
            self.intent = (sequence, targets)
        case .confirmed(let sequence):
            guard let intent = self.intent, intent.sequence == sequence else { return }
            for target in intent.targets { self.apply(.position(id: target.id, target.end)) }
            self.intent = nil
        case .forgotten(let id):
            guard let identity = self.identities.removeValue(forKey: id) else { return }
            self.entries[identity] = nil
        }
    }

    /// An intent that was never confirmed: what it covers may have arrived.
    private mutating func leaveIntent() {
        guard let intent = self.intent else { return }
        for target in intent.targets {
            guard let identity = self.identities[target.id] else { continue }
            self.entries[identity]?.intended = target.end.position
        }
        self.intent = nil
    }

    /// Writes a checkpoint file that says the same, with the intent that is not confirmed.
    func append(to out: inout OutputBuffer) {
        for byte in Self.header { out.append(byte) }
        for (identity, entry) in self.entries.sorted(by: { $0.value.id < $1.value.id }) {
            CheckpointRecord.file(id: entry.id, identity, path: entry.path).append(to: &out)
            CheckpointRecord.position(id: entry.id, entry.bookmark).append(to: &out)
            if let intended = entry.intended {
                let target = CheckpointRecord.Target(id: entry.id, end: LogBookmark(intended))
                CheckpointRecord.intent(sequence: 0, [target]).append(to: &out)
            }
        }
        Self.endOfFiles.append(to: &out)
        if let intent = self.intent {
            CheckpointRecord.intent(sequence: intent.sequence, intent.targets).append(to: &out)
        }
    }
}
