import CLinux
import Glibc
import Testing

/// Reads of mapped files that somebody cuts short.
@Suite struct MappedReadTests {
    private static let pageSize = sysconf(Int32(_SC_PAGESIZE))

    /// Maps a file of two pages of ones, hands it over, and unmaps it.
    private static func withMappedFile(
        _ body: (_ descriptor: Int32, _ bytes: UnsafeMutableRawPointer) throws -> Void
    ) throws {
        var template = Array("/tmp/martlet-mapped-XXXXXX".utf8CString)
        let descriptor = unsafe mkstemp(&template)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        unsafe unlink(&template)
        let ones = [UInt8](repeating: 1, count: 2 * Self.pageSize)
        try #require(unsafe write(descriptor, ones, ones.count) == ones.count)
        let mapped = unsafe mmap(nil, ones.count, PROT_READ, MAP_SHARED, descriptor, 0)
        let bytes = unsafe try #require(mapped)
        defer { unsafe munmap(bytes, ones.count) }
        unsafe try body(descriptor, bytes)
    }

    @Test func `pages that are gone are zeros and told of`() throws {
        unsafe try Self.withMappedFile { descriptor, bytes in
            try #require(ftruncate(descriptor, off_t(Self.pageSize)) == 0)
            clinux_begin_mapped_read()
            let kept = unsafe bytes.load(as: UInt8.self)
            let gone = unsafe bytes.load(fromByteOffset: Self.pageSize + 7, as: UInt8.self)
            #expect(clinux_end_mapped_read() != 0)
            #expect(kept == 1)
            #expect(gone == 0)
        }
    }

    @Test func `threads that block every signal survive it, too`() throws {
        var all = sigset_t()
        var former = sigset_t()
        unsafe sigfillset(&all)
        unsafe pthread_sigmask(SIG_SETMASK, &all, &former)
        defer { unsafe pthread_sigmask(SIG_SETMASK, &former, nil) }
        unsafe try Self.withMappedFile { descriptor, bytes in
            try #require(ftruncate(descriptor, 0) == 0)
            clinux_begin_mapped_read()
            let gone = unsafe bytes.load(as: UInt8.self)
            #expect(clinux_end_mapped_read() != 0)
            #expect(gone == 0)
        }
    }

    @Test func `a read of what is there is not touched`() throws {
        unsafe try Self.withMappedFile { _, bytes in
            for _ in 0..<3 {
                clinux_begin_mapped_read()
                let last = unsafe bytes.load(fromByteOffset: 2 * Self.pageSize - 1, as: UInt8.self)
                #expect(clinux_end_mapped_read() == 0)
                #expect(last == 1)
            }
        }
    }

    @Test func `what was missing is forgotten with the next read`() throws {
        unsafe try Self.withMappedFile { descriptor, bytes in
            try #require(ftruncate(descriptor, 0) == 0)
            clinux_begin_mapped_read()
            _ = unsafe bytes.load(as: UInt8.self)
            #expect(clinux_end_mapped_read() != 0)
            clinux_begin_mapped_read()
            #expect(clinux_end_mapped_read() == 0)
        }
    }
}
