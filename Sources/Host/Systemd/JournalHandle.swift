import CLinux
import CSystemd
import Glibc

/// One file of a journal, read entry by entry through libsystemd.
///
/// Used by one thread at a time. The file stays open under whatever name it gets, and when it is
/// deleted. Its contents are mapped into memory, from which somebody may take them meanwhile, as
/// journald does with files that it deletes: it frees their blocks, so that they read as zeros, or
/// cuts them off. Every call is made so that this ends in an error, not in a signal or in a record
/// of zeros. Source: sd-journal(3); systemd, `unlinkat_deallocate`.
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

    /// How a file is read.
    package struct Reading: Sendable {
        /// What numbers its entries.
        package let sequenceID: String
        /// Which of them are wanted.
        package let selection: JournalSelection
        /// Of values that are stored compressed, not much more than so many bytes are made ready.
        package let threshold: Int

        /// Describes how to read.
        package init(sequenceID: String, selection: JournalSelection, threshold: Int) {
            self.sequenceID = sequenceID
            self.selection = selection
            self.threshold = threshold
        }
    }

    /// The file.
    package let file: File
    /// Whether the file's contents turned out to be gone: what was read last is not its own.
    package private(set) var isCutShort = false
    /// Whether the file has no name any more.
    package var isDeleted: Bool {
        var status = stat()
        return unsafe fstat(self.descriptor, &status) == 0 && status.st_nlink == 0
    }
    private let reading: Reading
    private let descriptor: Int32
    private var journal: OpaquePointer?

    /// Opens a file; nil when it is not there any more, or another one has its name.
    package init?(_ file: File, _ reading: Reading) throws(HostError) {
        self.file = file
        self.reading = reading
        self.descriptor = unsafe open(file.path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
        if self.descriptor < 0 {
            if errno == ENOENT { return nil }
            throw .unreadable(file.path, "open", .current)
        }
        var status = stat()
        let isSame = unsafe fstat(self.descriptor, &status) == 0 && status.st_ino == file.inode
        if !isSame { return nil }
        try self.map()
    }

    deinit {
        unsafe Self.close(self.journal)
        if self.descriptor >= 0 { Glibc.close(self.descriptor) }
    }

    /// Moves in front of the first entry whose number is `number` or higher.
    ///
    /// With `isFresh`, gives memory back first that the file's contents take.
    package func seek(to number: Int64, isFresh: Bool = false) throws(HostError) {
        if isFresh { try self.mapAnew() }
        let cursor = "s=\(self.reading.sequenceID);i=\(String(number, radix: 16))"
        try self.call("sd_journal_seek_cursor") {
            unsafe sd_journal_seek_cursor(self.journal, cursor)
        }
    }

    /// The number of the entry that was written at a moment after a start of the machine, if it is
    /// in the file; leaves the place open.
    package func number(bootID: String, monotonic: UInt64) throws(HostError) -> Int64? {
        let moment = "b=\(bootID);m=\(String(monotonic, radix: 16))"
        try self.call("sd_journal_seek_cursor") {
            unsafe sd_journal_seek_cursor(self.journal, moment)
        }
        guard let number = try self.next() else { return nil }
        let result = try self.call("sd_journal_test_cursor") {
            unsafe sd_journal_test_cursor(self.journal, moment)
        }
        return result > 0 ? number : nil
    }

    /// Moves on to the next entry and returns its number; nil when there is none.
    ///
    /// Entries of a sequence are numbered through all of its files.
    package func next() throws(HostError) -> Int64? {
        if try self.call("sd_journal_next", { unsafe sd_journal_next(self.journal) }) > 0 {
            return try self.number()
        }
        if try !self.hasContents() {
            throw self.error("sd_journal_next", SystemErrorCode(EBADMSG))
        }
        return nil
    }

    /// Whether the file is still what was opened.
    ///
    /// libsystemd lets go of a file that it finds damaged, and says nothing: then nothing is left that
    /// has a first and a last time. Nor is there in a file whose blocks were freed, which begins with
    /// its header.
    private func hasContents() throws(HostError) -> Bool {
        let result = try self.call("sd_journal_get_cutoff_realtime_usec") {
            var (from, to): (UInt64, UInt64) = (0, 0)
            return unsafe sd_journal_get_cutoff_realtime_usec(self.journal, &from, &to)
        }
        return result > 0
    }

    /// When journald received the entry, in microseconds since 1970.
    package func microseconds() throws(HostError) -> UInt64 {
        var time: UInt64 = 0
        try self.call("sd_journal_get_realtime_usec") {
            unsafe sd_journal_get_realtime_usec(self.journal, &time)
        }
        return time
    }

    /// Shows every field of the entry as `NAME=value`.
    package func visitFields(_ visit: (borrowing Span<UInt8>) -> Void) throws(HostError) {
        do throws(HostError) {
            try self.enumerate(visit)
        } catch {
            // Whatever libsystemd makes of a file that is being emptied, it is no fault of a field.
            if try self.hasContents() { throw error }
        }
        if try !self.hasContents() { throw self.cutShort("sd_journal_enumerate_available_data") }
    }

    private func enumerate(_ visit: (borrowing Span<UInt8>) -> Void) throws(HostError) {
        try self.call("sd_journal_enumerate_available_data") {
            unsafe sd_journal_restart_data(self.journal)
            while true {
                var start: UnsafeRawPointer?
                var count = 0
                let result = unsafe sd_journal_enumerate_available_data(
                    self.journal,
                    &start,
                    &count,
                )
                if result <= 0 { return result }
                guard let start = unsafe start else { continue }
                let bytes = unsafe start.assumingMemoryBound(to: UInt8.self)
                visit(unsafe Span(_unsafeStart: bytes, count: count))
            }
        }
    }

    private func number() throws(HostError) -> Int64 {
        var cursor: UnsafeMutablePointer<CChar>?
        try self.call("sd_journal_get_cursor") {
            unsafe sd_journal_get_cursor(self.journal, &cursor)
        }
        defer { unsafe free(cursor) }
        // `s=32 digits;i=the number in hexadecimal digits;…`
        guard let cursor = unsafe cursor, unsafe strlen(cursor) > Self.numberOffset else {
            throw self.error("sd_journal_get_cursor", SystemErrorCode(EBADMSG))
        }
        return Int64(clamping: unsafe strtoull(cursor + Self.numberOffset, nil, 16))
    }

    /// A file that was deleted stays mapped as it is: libsystemd opens none (EIDRM).
    private func mapAnew() throws(HostError) {
        let former = unsafe self.journal
        do throws(HostError) {
            try self.map()
        } catch {
            unsafe Self.close(self.journal)
            unsafe self.journal = former
            if error.code?.rawValue == EIDRM { return }
            throw error
        }
        unsafe Self.close(former)
    }

    private static func close(_ journal: OpaquePointer?) {
        clinux_begin_mapped_read()
        unsafe sd_journal_close(journal)
        _ = clinux_end_mapped_read()
    }

    private func map() throws(HostError) {
        unsafe self.journal = nil
        // libsystemd closes the descriptor that it is given, but for when it fails.
        var copy = fcntl(self.descriptor, F_DUPFD_CLOEXEC, 0)
        if copy < 0 { throw .unreadable(self.file.path, "fcntl", .current) }
        clinux_begin_mapped_read()
        let result = unsafe sd_journal_open_files_fd(&self.journal, &copy, 1, 0)
        let isShort = clinux_end_mapped_read() != 0
        if result < 0 { Glibc.close(copy) }
        if isShort { throw self.cutShort("sd_journal_open_files_fd") }
        if result < 0 { throw self.error("sd_journal_open_files_fd", SystemErrorCode(-result)) }
        let threshold = self.reading.threshold
        try self.call("sd_journal_set_data_threshold") {
            unsafe sd_journal_set_data_threshold(self.journal, threshold)
        }
        try self.select()
    }

    private func select() throws(HostError) {
        for group in self.reading.selection.groups {
            for (place, term) in group.enumerated() {
                if place > 0 {
                    try self.call("sd_journal_add_disjunction") {
                        unsafe sd_journal_add_disjunction(self.journal)
                    }
                }
                for match in term {
                    let text = "\(match.field)=\(match.value)"
                    try self.call("sd_journal_add_match") {
                        unsafe sd_journal_add_match(self.journal, text, text.utf8.count)
                    }
                }
            }
            try self.call("sd_journal_add_conjunction") {
                unsafe sd_journal_add_conjunction(self.journal)
            }
        }
    }

    /// Calls libsystemd, whose errors are negative numbers.
    @discardableResult
    private func call(
        _ name: StaticString,
        _ body: () -> Int32,
    ) throws(HostError) -> Int32 {
        clinux_begin_mapped_read()
        let result = body()
        if clinux_end_mapped_read() != 0 { throw self.cutShort(name) }
        if result < 0 { throw self.error(name, SystemErrorCode(-result)) }
        return result
    }

    private func cutShort(_ call: StaticString) -> HostError {
        self.isCutShort = true
        return self.error(call, SystemErrorCode(EIO))
    }

    private func error(_ call: StaticString, _ code: SystemErrorCode) -> HostError {
        .unreadable(self.file.path, call, code)
    }

    /// Where the number starts in a cursor's text.
    private static let numberOffset = 37
}
