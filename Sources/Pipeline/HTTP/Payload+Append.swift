import Bytes

extension Payload {
    /// Appends part of another body.
    func append(_ range: Range<Int>, of other: Payload) {
        unsafe other.bytes.withUnsafeBytes { bytes in
            let span = unsafe Span(_unsafeElements: bytes)
            self.bytes.append(span.extracting(range))
        }
    }
}
