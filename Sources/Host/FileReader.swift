package import Bytes
import Glibc

/// Reads files of the kernel whole, one after the other, into a buffer that is used again.
///
/// After the first round it allocates nothing.
package struct FileReader: ~Copyable {
    /// The most bytes of one file, unless said otherwise: room for `/proc/stat` with a hundred
    /// thousand interrupts and for a mount table of as many lines.
    package static let defaultLimit = 16 << 20

    /// The most bytes of one attribute of `/sys`: a page.
    private static var attributeLimit: Int { 4096 }

    /// What the last successful `load` read.
    package private(set) var contents: OutputBuffer
    private let limit: Int
    /// Whether the file stays open between loads.
    private let keepsOpen: Bool
    private var descriptor: Int32 = -1
    private var openPath = ""

    /// Makes a reader of files of at most `limit` bytes; longer ones are an error.
    ///
    /// A reader that `keepsOpen` holds the last file's descriptor: for one that is read again and
    /// again from `/proc`, opening costs as much as reading. It notices when the file is removed
    /// or replaced.
    package init(limit: Int = FileReader.defaultLimit, keepsOpen: Bool = false) {
        self.limit = limit
        self.keepsOpen = keepsOpen
        self.contents = OutputBuffer(capacity: 4096)
    }

    deinit {
        if self.descriptor >= 0 { Glibc.close(self.descriptor) }
    }

    /// Reads the file at `path` into `contents`.
    package mutating func load(_ path: String) throws(HostError) {
        self.contents.removeAll()
        if self.descriptor >= 0 {
            if self.isOpen(path), self.fill() == nil { return }
            self.contents.removeAll()
            self.close()
        }
        self.descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        if self.descriptor < 0 { throw .unreadable(path, "open", .current) }
        let failure = self.fill()
        if self.keepsOpen, failure == nil {
            self.openPath = path
        } else {
            self.close()
        }
        guard let failure else { return }
        self.contents.removeAll()
        switch failure {
        case .tooLarge: throw HostError(path: path, kind: .tooLarge(limit: self.limit))
        case .call(let code): throw .unreadable(path, "read", code)
        }
    }

    /// Reads the attribute `name` of a folder of `/sys` into `contents`, by one read.
    ///
    /// The kernel hands an attribute, at most a page, over at once; some drivers answer a second
    /// read by an error.
    package mutating func load(
        _ name: String,
        in folder: borrowing HostFolder,
    ) throws(HostError) {
        self.contents.removeAll()
        let descriptor = unsafe openat(folder.descriptor, name, O_RDONLY | O_CLOEXEC)
        if descriptor < 0 {
            throw .unreadable("\(folder.path)/\(name)", "open", .current)
        }
        defer { Glibc.close(descriptor) }
        var failure: SystemErrorCode?
        unsafe self.contents.appendInPlace(upTo: Self.attributeLimit) { bytes in
            let amount = unsafe read(descriptor, bytes.baseAddress, bytes.count)
            if amount < 0 { failure = .current }
            return max(amount, 0)
        }
        if let failure { throw .unreadable("\(folder.path)/\(name)", "read", failure) }
    }

    private mutating func close() {
        Glibc.close(self.descriptor)
        self.descriptor = -1
    }

    /// Whether the open file is the one at `path`, and still has a name.
    private func isOpen(_ path: String) -> Bool {
        if self.openPath != path { return false }
        var status = stat()
        return unsafe fstat(self.descriptor, &status) == 0 && status.st_nlink > 0
    }

    private enum Failure {
        case tooLarge
        case call(SystemErrorCode)
    }

    /// Reads the open file from its start to its end; nil if that worked.
    private mutating func fill() -> Failure? {
        let descriptor = self.descriptor
        while true {
            let room = max(self.contents.capacity - self.contents.count, 1024)
            let start = self.contents.count
            var failure: SystemErrorCode?
            unsafe self.contents.appendInPlace(upTo: room) { bytes in
                while true {
                    let amount = unsafe pread(descriptor, bytes.baseAddress, bytes.count, start)
                    if amount >= 0 { return amount }
                    if errno != EINTR {
                        failure = .current
                        return 0
                    }
                }
            }
            if let failure { return .call(failure) }
            if self.contents.count == start { return nil }
            if self.contents.count > self.limit { return .tooLarge }
        }
    }

    /// Reads the file at `path` and parses it.
    package mutating func load<Value: ~Copyable>(
        _ path: String,
        _ parse: (Span<UInt8>) throws(FormatError) -> Value,
    ) throws(HostError) -> Value {
        try self.load(path)
        do {
            return try parse(self.contents.span)
        } catch {
            throw .malformed(path, error)
        }
    }

    /// Reads the file at `path` and parses it into `value`, whose storage is used again.
    package mutating func load<Value: HostParsing & ~Copyable>(
        _ path: String,
        into value: inout Value,
    ) throws(HostError) {
        try self.load(path)
        do {
            try value.parse(self.contents.span)
        } catch {
            throw .malformed(path, error)
        }
    }
}

/// Something that a file is parsed into again and again.
package protocol HostParsing: ~Copyable {
    /// Replaces what is there by what `text` holds.
    mutating func parse(_ text: Span<UInt8>) throws(FormatError)
}
