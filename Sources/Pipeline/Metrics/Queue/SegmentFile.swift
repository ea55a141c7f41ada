import Bytes
import Glibc

/// One segment of the queue on disk: records one after the other, never changed once written.
///
/// One instance is written and read at once, so that a reader sees what was appended.
final class SegmentFile: SegmentBytes {
    let path: String
    private let descriptor: Int32
    /// The bytes of whole records.
    private(set) var count: Int

    /// Makes a new one; it is an error when it is there already.
    init(creating path: String) throws(QueueFileError) {
        let flags = O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC
        let file = unsafe Glibc.open(path, flags, 0o600)
        if file < 0 { throw QueueFileError(path, "open") }
        self.path = path
        self.descriptor = file
        self.count = 0
    }

    /// Opens one for reading.
    init(reading path: String) throws(QueueFileError) {
        let file = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC)
        if file < 0 { throw QueueFileError(path, "open") }
        var status = stat()
        let code = unsafe fstat(file, &status)
        self.path = path
        self.descriptor = file
        self.count = Int(status.st_size)
        if code != 0 { throw QueueFileError(path, "fstat") }
    }

    deinit { close(self.descriptor) }

    /// Appends a record; on failure the file ends where it ended before.
    func append(
        _ header: borrowing OutputBuffer,
        _ body: borrowing OutputBuffer,
    ) throws(QueueFileError) {
        do throws(QueueFileError) {
            try self.checkPresence()
            try self.write(header.span, at: self.count)
            try self.write(body.span, at: self.count + header.count)
        } catch {
            // What can't be cut off is written over, or found and passed over as damage.
            ftruncate(self.descriptor, self.count)
            throw error
        }
        self.count += header.count + body.count
    }

    func read(
        at offset: Int,
        upTo amount: Int,
        into buffer: inout OutputBuffer,
    )
        throws(QueueFileError)
    {
        var rest = min(amount, self.count - offset)
        var place = offset
        while rest > 0 {
            var count = 0
            unsafe buffer.appendInPlace(upTo: rest) { room in
                count = unsafe pread(self.descriptor, room.baseAddress, rest, place)
                return max(count, 0)
            }
            if count < 0, errno == EINTR { continue }
            if count < 0 { throw QueueFileError(self.path, "pread") }
            if count == 0 { return }
            rest -= count
            place += count
        }
    }

    /// Brings what was appended to the disk.
    func sync() throws(QueueFileError) {
        if fdatasync(self.descriptor) != 0 { throw QueueFileError(self.path, "fdatasync") }
    }

    /// Whoever removes the folder of a running agent must not make it write into nowhere.
    private func checkPresence() throws(QueueFileError) {
        var status = stat()
        if unsafe fstat(self.descriptor, &status) != 0 {
            throw QueueFileError(self.path, "fstat")
        }
        if status.st_nlink == 0 { throw .vanished(self.path) }
    }

    private func write(
        _ bytes: borrowing Span<UInt8>,
        at place: Int,
    ) throws(QueueFileError) {
        var offset = 0
        while offset < bytes.count {
            let rest = bytes.extracting(droppingFirst: offset)
            let count = unsafe rest.withUnsafeBufferPointer {
                unsafe pwrite(self.descriptor, $0.baseAddress, $0.count, place + offset)
            }
            if count < 0, errno == EINTR { continue }
            if count <= 0 { throw QueueFileError(self.path, "pwrite") }
            offset += count
        }
    }
}
