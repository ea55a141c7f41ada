package import Bytes
import CZlib

/// Inflates a gzip body (RFC 1952) as it comes, a bounded number of bytes at a time.
///
/// Members that follow one another are one body, as Go's reader has it. Belongs to one thread.
@safe package final class GzipInflater {
    // Zlib keeps the address of its stream.
    private let stream: UnsafeMutablePointer<z_stream>
    /// Whether the last member is whole, or none has begun.
    package private(set) var isAtEnd = true

    /// Makes an inflater; nil when there is no memory for it.
    package init?() {
        unsafe self.stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        unsafe self.stream.initialize(to: z_stream())
        if unsafe czlib_start_gzip(self.stream) != Z_OK {
            unsafe self.stream.deallocate()
            return nil
        }
    }

    deinit {
        _ = unsafe inflateEnd(self.stream)
        unsafe self.stream.deallocate()
    }

    /// Inflates until the input is used up or `room` bytes have been written.
    ///
    /// - Parameters:
    ///   - input: Compressed bytes.
    ///   - offset: Where to go on in `input`; moved on.
    ///   - output: What the bytes are appended to.
    ///   - room: The most bytes to append, above 0.
    /// - Returns: Whether the input is sound so far.
    package func inflate(
        _ input: borrowing Span<UInt8>,
        from offset: inout Int,
        into output: inout OutputBuffer,
        room: Int,
    ) -> Bool {
        var isSound = true
        var used = offset
        unsafe input.withUnsafeBufferPointer { input in
            unsafe output.appendInPlace(upTo: room) { target in
                unsafe self.inflate(input, &used, into: target, &isSound)
            }
        }
        offset = used
        return isSound
    }

    private func inflate(
        _ input: UnsafeBufferPointer<UInt8>,
        _ offset: inout Int,
        into target: UnsafeMutableBufferPointer<UInt8>,
        _ isSound: inout Bool,
    ) -> Int {
        guard let start = input.baseAddress else { return 0 }
        unsafe self.stream.pointee.next_out = target.baseAddress
        unsafe self.stream.pointee.avail_out = UInt32(clamping: target.count)
        while unsafe self.stream.pointee.avail_out > 0 {
            let left = input.count - offset
            if self.isAtEnd {
                if left == 0 { break }
                _ = unsafe inflateReset(self.stream)
                self.isAtEnd = false
            }
            unsafe self.stream.pointee.next_in = UnsafeMutablePointer(mutating: start + offset)
            unsafe self.stream.pointee.avail_in = UInt32(clamping: left)
            let code = unsafe CZlib.inflate(self.stream, Z_NO_FLUSH)
            offset += left - Int(unsafe self.stream.pointee.avail_in)
            if code == Z_STREAM_END {
                self.isAtEnd = true
            } else if code == Z_BUF_ERROR {
                // Neither input nor room: nothing wrong.
                break
            } else if code != Z_OK {
                isSound = false
                break
            }
        }
        return target.count - Int(unsafe self.stream.pointee.avail_out)
    }
}
