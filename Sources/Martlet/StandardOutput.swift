import Glibc

/// What a command prints for its user.
enum StandardOutput {
    /// Writes all of `text`, or as much as the reader takes before it goes away.
    static func write(_ text: String) {
        Self.write(text, to: STDOUT_FILENO)
    }

    /// Writes all of `text` to a descriptor.
    static func write(_ text: String, to descriptor: Int32) {
        var text = text
        text.withUTF8 { bytes in
            var rest = UnsafeRawBufferPointer(bytes)
            while unsafe !rest.isEmpty {
                let written = unsafe Glibc.write(descriptor, rest.baseAddress, rest.count)
                if written < 0 && errno == EINTR { continue }
                if written <= 0 { return }
                unsafe rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(written))
            }
        }
    }
}
