package import Bytes
import Glibc

/// Reads files of the kernel whole, one after the other, into a buffer that is used again.
///
/// After the first round it allocates nothing.
package struct FileReader: ~Copyable {
    /// The most bytes of one file, unless said otherwise: room for `/proc/stat` with a hundred
    /// thousand interrupts and for a mount table of as many lines.
    package static let defaultLimit = 16 << 20

    /// What the last successful `load` read.
    package private(set) var contents: OutputBuffer
    private let limit: Int

    /// Makes a reader.
    ///
    /// - Parameter limit: The most bytes of one file; a longer one is an error.
    package init(limit: Int = FileReader.defaultLimit) {
        self.limit = limit
        self.contents = OutputBuffer(capacity: 4096)
    }

    /// Reads the file at `path` into `contents`.
    package mutating func load(_ path: String) throws(HostError) {
        self.contents.removeAll()
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        if descriptor < 0 { throw .unreadable(path, "open", .current) }
        defer { close(descriptor) }
        while true {
            let room = max(self.contents.capacity - self.contents.count, 1024)
            var failure: SystemErrorCode?
            let before = self.contents.count
            unsafe self.contents.appendInPlace(upTo: room) { bytes in
                while true {
                    let amount = unsafe read(descriptor, bytes.baseAddress, bytes.count)
                    if amount >= 0 { return amount }
                    if errno != EINTR {
                        failure = .current
                        return 0
                    }
                }
            }
            if let failure {
                self.contents.removeAll()
                throw .unreadable(path, "read", failure)
            }
            if self.contents.count == before { return }
            if self.contents.count > self.limit {
                self.contents.removeAll()
                throw HostError(path: path, kind: .tooLarge(limit: self.limit))
            }
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
