package import Bytes
import CSnappy

/// The snappy block format (not the framed one).
///
/// Source: google/snappy, `format_description.txt`.
package enum Snappy {
    /// The bytes that a compressor works on at once; nothing refers across their bounds.
    package static let fragment = 65_536

    /// Why a block can't be read.
    package enum Failure: Error, Sendable, Hashable {
        /// It says it holds more than the limit given.
        case tooLarge(Int)
        /// It is not a snappy block.
        case malformed
    }

    /// Appends a block that holds `bytes`.
    package static func append(
        compressing bytes: borrowing Span<UInt8>,
        to output: inout OutputBuffer,
    ) {
        unsafe bytes.withUnsafeBufferPointer { input in
            unsafe output.appendInPlace(upTo: snappy_max_compressed_length(input.count)) { room in
                var length = room.count
                let status = unsafe input.withMemoryRebound(to: CChar.self) { source in
                    unsafe room.withMemoryRebound(to: CChar.self) { target in
                        unsafe snappy_compress(
                            source.baseAddress,
                            source.count,
                            target.baseAddress,
                            &length,
                        )
                    }
                }
                precondition(status == SNAPPY_OK, "snappy was given the room it asked for")
                return length
            }
        }
    }

    /// Appends what a block holds, which is at most `limit` bytes.
    package static func append(
        decompressing bytes: borrowing Span<UInt8>,
        limit: Int,
        to output: inout OutputBuffer,
    ) throws(Failure) {
        let expected = unsafe bytes.withUnsafeBufferPointer { input -> Int? in
            var length = 0
            let status = unsafe input.withMemoryRebound(to: CChar.self) { source in
                unsafe snappy_uncompressed_length(source.baseAddress, source.count, &length)
            }
            return status == SNAPPY_OK ? length : nil
        }
        guard let expected else { throw .malformed }
        guard expected <= limit else { throw .tooLarge(expected) }
        let before = output.count
        unsafe bytes.withUnsafeBufferPointer { input in
            unsafe output.appendInPlace(upTo: expected) { room in
                var length = room.count
                let status = unsafe input.withMemoryRebound(to: CChar.self) { source in
                    unsafe room.withMemoryRebound(to: CChar.self) { target in
                        unsafe snappy_uncompress(
                            source.baseAddress,
                            source.count,
                            target.baseAddress,
                            &length,
                        )
                    }
                }
                return status == SNAPPY_OK ? length : 0
            }
        }
        if output.count - before != expected { throw .malformed }
    }
}
