import CSystemd
import Glibc

/// Some files of one journal, read entry by entry through libsystemd.
///
/// Used by one thread at a time. Source: sd-journal(3).
@safe package final class JournalHandle {
    /// A file to open, and its inode when it was looked at.
    package struct File: Sendable, Hashable {
        /// The path.
        package let path: String
        /// What has to be found there still.
        package let inode: UInt64

        /// Names a file.
        package init(path: String, inode: UInt64) {
            self.path = path
            self.inode = inode
        }
    }

    private let journal: OpaquePointer
    private let path: String

    /// Opens files; nil when one of them is not there any more, or another one has its name.
    ///
    /// Of values that are stored compressed, not much more than `threshold` bytes are made ready.
    package init?(
        _ files: [File],
        selecting selection: JournalSelection,
        threshold: Int,
    ) throws(HostError) {
        self.path = files.first?.path ?? ""
        var descriptors: [Int32] = []
        var failure: HostError?
        for file in files {
            let descriptor = unsafe open(file.path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
            if descriptor < 0, errno != ENOENT {
                failure = .unreadable(file.path, "open", .current)
            }
            if descriptor < 0 { break }
            descriptors.append(descriptor)
            var status = stat()
            let isSame = unsafe fstat(descriptor, &status) == 0 && status.st_ino == file.inode
            if !isSame { break }
        }
        var journal: OpaquePointer?
        var result: Int32 = -ENOENT
        if descriptors.count == files.count, failure == nil {
            result = unsafe sd_journal_open_files_fd(
                &journal,
                &descriptors,
                UInt32(descriptors.count),
                0,
            )
        }
        guard result >= 0, let journal = unsafe journal else {
            for descriptor in descriptors { close(descriptor) }
            if let failure { throw failure }
            if result == -ENOENT { return nil }
            throw Self.error(self.path, "sd_journal_open_files_fd", result)
        }
        unsafe self.journal = journal
        unsafe sd_journal_set_data_threshold(journal, threshold)
        try self.select(selection)
    }

    deinit { unsafe sd_journal_close(self.journal) }

    /// Moves in front of the first entry whose number is `number` or higher.
    package func seek(to number: Int64, of sequenceID: String) throws(HostError) {
        let cursor = "s=\(sequenceID);i=\(String(number, radix: 16))"
        try self.check(
            "sd_journal_seek_cursor",
            unsafe sd_journal_seek_cursor(self.journal, cursor),
        )
    }

    /// Moves on to the next entry; false when there is none.
    package func next() throws(HostError) -> Bool {
        try self.check("sd_journal_next", unsafe sd_journal_next(self.journal)) > 0
    }

    /// The entry's number, by which the files of a sequence are in order.
    package func number() throws(HostError) -> Int64 {
        var cursor: UnsafeMutablePointer<CChar>?
        try self.check(
            "sd_journal_get_cursor",
            unsafe sd_journal_get_cursor(self.journal, &cursor),
        )
        defer { unsafe free(cursor) }
        // `s=32 digits;i=the number in hexadecimal digits;…`
        guard let cursor = unsafe cursor, unsafe strlen(cursor) > Self.numberOffset else {
            return 0
        }
        return Int64(clamping: unsafe strtoull(cursor + Self.numberOffset, nil, 16))
    }

    /// When journald received the entry, in microseconds since 1970.
    package func microseconds() throws(HostError) -> UInt64 {
        var time: UInt64 = 0
        try self.check(
            "sd_journal_get_realtime_usec",
            unsafe sd_journal_get_realtime_usec(self.journal, &time),
        )
        return time
    }

    /// Shows every field of the entry as `NAME=value`.
    package func visitFields(_ visit: (borrowing Span<UInt8>) -> Void) throws(HostError) {
        unsafe sd_journal_restart_data(self.journal)
        while true {
            var start: UnsafeRawPointer?
            var count = 0
            let result = unsafe sd_journal_enumerate_available_data(self.journal, &start, &count)
            if try self.check("sd_journal_enumerate_available_data", result) == 0 { return }
            guard let start = unsafe start else { continue }
            let bytes = unsafe start.assumingMemoryBound(to: UInt8.self)
            visit(unsafe Span(_unsafeStart: bytes, count: count))
        }
    }

    private func select(_ selection: JournalSelection) throws(HostError) {
        for group in selection.groups {
            for (place, term) in group.enumerated() {
                if place > 0 {
                    try self.check(
                        "sd_journal_add_disjunction",
                        unsafe sd_journal_add_disjunction(self.journal),
                    )
                }
                for match in term {
                    let text = "\(match.field)=\(match.value)"
                    try self.check(
                        "sd_journal_add_match",
                        unsafe sd_journal_add_match(self.journal, text, text.utf8.count),
                    )
                }
            }
            try self.check(
                "sd_journal_add_conjunction",
                unsafe sd_journal_add_conjunction(self.journal),
            )
        }
    }

    @discardableResult
    private func check(_ call: StaticString, _ result: Int32) throws(HostError) -> Int32 {
        if result < 0 { throw Self.error(self.path, call, result) }
        return result
    }

    /// libsystemd returns negative error numbers.
    private static func error(_ path: String, _ call: StaticString, _ result: Int32) -> HostError {
        .unreadable(path, call, SystemErrorCode(-result))
    }

    /// Where the number starts in a cursor's text.
    private static let numberOffset = 37
}
