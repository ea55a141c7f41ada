import Telemetry

/// The comments of one target's expositions that have been read before, and which of them are in
/// force: the last that was read about each side of a family.
struct CommentTable: ~Copyable {
    /// What a comment is about.
    enum Subject: UInt8 {
        case type
        case help
        case unit
        /// Nothing that matters.
        case nothing
    }

    /// One comment.
    struct Entry {
        let subject: Subject
        /// The type that a comment about it names.
        var kind = MetricMetadata.Kind.unknown
        /// The family's number; 0 when there are too many of them.
        var family: UInt16 = 0
    }

    private var entries: [Entry] = []
    /// By family and subject: the line in force + 1, or 0 for none.
    private var inForce: [UInt32] = []

    private static let subjects = 3

    /// The memory the table holds, in bytes.
    var footprint: Int {
        self.entries.capacity * MemoryLayout<Entry>.stride + self.inForce.capacity * 4
    }

    /// What a comment line says, by its meaning in the `LineTable`.
    subscript(meaning: LineTable.Meaning) -> Entry {
        self.entries[Int(meaning &- LineTable.firstComment)]
    }

    /// Adds a comment and returns what its line is to mean; nil when there are too many.
    mutating func add(_ entry: Entry) -> LineTable.Meaning? {
        if self.entries.count >= LineTable.commentLimit { return nil }
        self.entries.appendCompactly(entry)
        return LineTable.firstComment + UInt32(self.entries.count - 1)
    }

    /// Whether what a line says is what is known of its family.
    func isInForce(_ entry: Entry, line: UInt32) -> Bool {
        if entry.subject == .nothing || entry.family == 0 { return true }
        let place = Self.place(entry)
        return place < self.inForce.count && self.inForce[place] == line &+ 1
    }

    /// Notes that a line is the last that was read about its family and subject.
    mutating func setInForce(_ entry: Entry, line: UInt32) {
        if entry.subject == .nothing || entry.family == 0 { return }
        let place = Self.place(entry)
        while self.inForce.count <= place { self.inForce.appendCompactly(0) }
        self.inForce[place] = line &+ 1
    }

    private static func place(_ entry: Entry) -> Int {
        (Int(entry.family) - 1) * Self.subjects + Int(entry.subject.rawValue)
    }
}
