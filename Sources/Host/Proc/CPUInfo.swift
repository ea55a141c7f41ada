import Bytes

/// One processor of `/proc/cpuinfo`.
///
/// Holds where the values are in the text it was parsed from, so that nothing is copied. The names
/// differ between architectures; what one lacks stays empty.
package struct CPUInfo: Sendable {
    /// The values that are looked for.
    package enum Key: Int, CaseIterable, Sendable {
        case vendor
        case family
        case model
        case modelName
        case stepping
        case microcode
        case cacheSize
        case package
        case core
        case flags
        case bugs

        static func named(_ name: Span<UInt8>) -> Key? {
            if name.equals("vendor_id") || name.equals("vendor") { return .vendor }
            if name.equals("cpu family") { return .family }
            if name.equals("model") { return .model }
            if name.equals("model name") || name.equals("Model Name") { return .modelName }
            if name.equals("stepping") { return .stepping }
            if name.equals("microcode") { return .microcode }
            if name.equals("cache size") { return .cacheSize }
            if name.equals("physical id") || name.equals("package") { return .package }
            if name.equals("core id") || name.equals("core") { return .core }
            if name.equals("flags") || name.equals("Features") { return .flags }
            if name.equals("bugs") { return .bugs }
            return nil
        }
    }

    /// The processor's number.
    package let number: Int
    /// The clock rate in MHz; 0 where the kernel does not say.
    package private(set) var megahertz = 0.0
    private var values: InlineArray<11, Range<Int>?> = .init(repeating: nil)

    private init(number: Int) { self.number = number }

    /// Where the value of `key` is in the text; empty if there is none.
    package subscript(key: Key) -> Range<Int> { self.values[key.rawValue] ?? 0..<0 }

    /// Hands each processor's place (from 0) and values to `body`.
    package static func visit(
        _ text: Span<UInt8>,
        _ body: (_ index: Int, _ cpu: CPUInfo) -> Void,
    ) throws(FormatError) {
        var current: CPUInfo?
        var index = 0
        var line = 0
        var offset = 0
        while index < ProcStat.cpuLimit, let range = text.nextLine(&offset) {
            line += 1
            guard
                let colon = text.firstOffset(
                    of: UInt8(ascii: ":"),
                    from: range.lowerBound,
                    to: range.upperBound,
                )
            else { continue }
            let name = text.extracting(range.lowerBound..<colon).trimmed
            let value = Self.trimmedLeft(text, colon + 1..<range.upperBound)
            if name.equals("processor") {
                guard let number = text.extracting(value).unsignedDecimal, number < 1 << 31 else {
                    throw FormatError(
                        line: line,
                        expected: "a processor's number",
                        found: text.extracting(range),
                    )
                }
                if let cpu = current {
                    body(index, cpu)
                    index += 1
                }
                current = CPUInfo(number: Int(number))
            } else if let key = Key.named(name) {
                current?.values[key.rawValue] = value
            } else if name.equals("cpu MHz") {
                guard let rate = text.extracting(value).decimalFloat else {
                    throw FormatError(
                        line: line,
                        expected: "a clock rate in MHz",
                        found: text.extracting(range),
                    )
                }
                current?.megahertz = rate
            }
        }
        guard let cpu = current else {
            throw FormatError(expected: "a line as \"processor : 0\"", found: text)
        }
        body(index, cpu)
    }

    private static func trimmedLeft(_ text: Span<UInt8>, _ range: Range<Int>) -> Range<Int> {
        // One space stands after the colon; what else stands there belongs to the value.
        let start = range.lowerBound
        return start < range.upperBound && text[start] == 0x20
            ? start + 1..<range.upperBound : range
    }
}
