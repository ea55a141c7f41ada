/// Floats that mean something by their bits.
///
/// Source: Prometheus, `model/value`. Compare bits, never values; no arithmetic may touch them.
public enum SpecialFloat {
    /// The bits of the sample that says: this series has ended.
    public static let staleBits: UInt64 = 0x7ff0_0000_0000_0002
    /// The bits that every scraped NaN is given, so that none can pass for a stale marker.
    public static let ordinaryNaNBits: UInt64 = 0x7ff8_0000_0000_0001

    /// The bits of a scraped value, with every NaN made the ordinary one.
    @inlinable
    public static func scrapedBits(_ value: Double) -> UInt64 {
        value.isNaN ? Self.ordinaryNaNBits : value.bitPattern
    }
}
