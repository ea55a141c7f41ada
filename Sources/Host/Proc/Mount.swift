import Bytes

/// One line of `/proc/PID/mountinfo`.
///
/// Source: proc_pid_mountinfo(5).
package struct Mount: Sendable, Hashable {
    /// What is mounted: a device, a share, or the file system's name.
    package let source: String
    /// Where, seen from the process's root; `\040` and `\011` are resolved.
    package let mountPoint: String
    /// The file system's type.
    package let type: String
    /// The device's major number.
    package let major: Int
    /// The device's minor number.
    package let minor: Int
    /// Whether it can't be written to, by the mount's or the file system's options.
    package let isReadOnly: Bool

    /// The most lines taken from the file.
    package static var lineLimit: Int { 1 << 16 }

    /// Parses a mount table.
    ///
    /// What is not UTF-8 becomes U+FFFD.
    package static func table(parsing text: Span<UInt8>) throws(FormatError) -> [Mount] {
        var mounts: [Mount] = []
        var number = 0
        var offset = 0
        while number < Self.lineLimit, let range = text.nextLine(&offset) {
            number += 1
            mounts.append(try Mount(text.extracting(range), number))
        }
        if mounts.isEmpty {
            throw FormatError(
                expected: "lines as \"36 35 98:0 / /mnt rw - ext4 /dev/sda rw\"",
                found: text,
            )
        }
        return mounts
    }

    private init(_ line: Span<UInt8>, _ number: Int) throws(FormatError) {
        let expected: StaticString = "\"36 35 98:0 / /mnt rw - ext4 /dev/sda rw\""
        var position = 0
        guard Self.next(line, &position) != nil, Self.next(line, &position) != nil,
            let device = Self.next(line, &position), Self.next(line, &position) != nil,
            let mountPoint = Self.next(line, &position),
            let options = Self.next(line, &position)
        else { throw FormatError(line: number, expected: expected, found: line) }
        while true {
            guard let field = Self.next(line, &position) else {
                throw FormatError(line: number, expected: expected, found: line)
            }
            if line.extracting(field).equals("-") { break }
        }
        guard let type = Self.next(line, &position), let source = Self.next(line, &position),
            let superOptions = Self.next(line, &position)
        else { throw FormatError(line: number, expected: expected, found: line) }
        let numbers = line.extracting(device)
        guard let colon = numbers.firstOffset(of: UInt8(ascii: ":")),
            let major = numbers.extracting(first: colon).unsignedDecimal,
            let minor = numbers.extracting(droppingFirst: colon + 1).unsignedDecimal,
            major < 1 << 32, minor < 1 << 32
        else { throw FormatError(line: number, expected: "MAJOR:MINOR", found: numbers) }
        self.source = line.extracting(source).text
        self.mountPoint = Self.resolved(line.extracting(mountPoint))
        self.type = line.extracting(type).text
        self.major = Int(major)
        self.minor = Int(minor)
        let mountFlags = line.extracting(options)
        let superFlags = line.extracting(superOptions)
        self.isReadOnly =
            Self.has("ro", in: mountFlags) || Self.has("ro", in: superFlags)
            || Self.has("emergency_ro", in: superFlags)
    }

    /// The next field; fields stand between single spaces and may be empty.
    private static func next(_ line: Span<UInt8>, _ position: inout Int) -> Range<Int>? {
        let start = position
        if start > line.count { return nil }
        let end = line.firstOffset(of: UInt8(ascii: " "), from: start) ?? line.count
        position = end + 1
        return start..<end
    }

    private static func has(_ option: StaticString, in list: Span<UInt8>) -> Bool {
        var start = 0
        while start <= list.count {
            let end = list.firstOffset(of: UInt8(ascii: ","), from: start) ?? list.count
            if list.extracting(start..<end).equals(option) { return true }
            start = end + 1
        }
        return false
    }

    /// Turns the kernel's octal escapes for space and tab back; others stay, as in node_exporter.
    private static func resolved(_ field: Span<UInt8>) -> String {
        guard field.firstOffset(of: UInt8(ascii: "\\")) != nil else { return field.text }
        var output = OutputBuffer(capacity: field.count)
        var index = 0
        while index < field.count {
            let rest = field.extracting(droppingFirst: index)
            if rest.hasPrefix("\\040") {
                output.append(UInt8(ascii: " "))
                index += 4
            } else if rest.hasPrefix("\\011") {
                output.append(UInt8(ascii: "\t"))
                index += 4
            } else {
                output.append(field[index])
                index += 1
            }
        }
        return output.text
    }
}
