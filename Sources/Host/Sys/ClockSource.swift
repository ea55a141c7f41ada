import Bytes

/// The clock sources of `/sys/devices/system/clocksource`.
package struct ClockSource: Sendable, Equatable {
    /// What the kernel can keep time by.
    package let available: [String]
    /// What it keeps time by now.
    package let current: String

    /// Reads every clock source device, in the order of their names.
    package static func all(
        in roots: HostRoots,
        with file: inout FileReader,
    ) throws(HostError) -> [ClockSource] {
        let folder = roots.sysfs + "/devices/system/clocksource"
        let names: [String]
        do {
            names = try DirectoryListing.names(at: folder, numbered: "clocksource")
        } catch  where error.isMissing {
            return []
        }
        var sources: [ClockSource] = []
        for name in names {
            let path = "\(folder)/\(name)"
            let available = try file.load("\(path)/available_clocksource") {
                (text) throws(FormatError) in Self.words(text.trimmed)
            }
            try file.load("\(path)/current_clocksource")
            let current = file.contents.span.trimmed.text
            sources.append(ClockSource(available: available, current: current))
        }
        return sources
    }

    private static func words(_ text: Span<UInt8>) -> [String] {
        var words: [String] = []
        var position = 0
        while let field = text.nextField(&position, text.count) {
            words.append(text.extracting(field).text)
        }
        return words
    }
}
