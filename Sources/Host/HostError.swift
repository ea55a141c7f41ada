import Bytes

/// Why something of the host could not be read or understood.
package struct HostError: Error, Sendable, CustomStringConvertible {
    /// What went wrong.
    package enum Kind: Sendable {
        /// A system call failed.
        case unreadable(call: StaticString, SystemErrorCode)
        /// The file holds more than its limit of bytes.
        case tooLarge(limit: Int)
        /// The contents are not what the kernel documents.
        case malformed(FormatError)
    }

    /// The file, folder or interface.
    package let path: String
    /// What went wrong with it.
    package let kind: Kind

    /// A system call failed.
    package static func unreadable(
        _ path: String,
        _ call: StaticString,
        _ code: SystemErrorCode,
    ) -> HostError {
        HostError(path: path, kind: .unreadable(call: call, code))
    }

    /// The contents are not what the kernel documents.
    package static func malformed(_ path: String, _ error: FormatError) -> HostError {
        HostError(path: path, kind: .malformed(error))
    }

    /// The system's error number, when a system call failed.
    package var code: SystemErrorCode? {
        if case .unreadable(_, let code) = self.kind { return code }
        return nil
    }

    /// Whether there is no such file or folder: a kernel without the feature, or a wrong root.
    package var isMissing: Bool { self.code == .noSuchFile || self.code == .notADirectory }

    package var description: String {
        switch self.kind {
        case .unreadable(let call, let code):
            "cannot read \(self.path): \(call) failed: \(code.text) (\(code.name))"
        case .tooLarge(let limit):
            "cannot read \(self.path): it is longer than the limit of \(limit) bytes"
        case .malformed(let error):
            "cannot understand \(self.path)\(error.place): expected \(error.expected), "
                + "found \(error.found)"
        }
    }
}

/// What a parser expected and what it found instead; it does not know the file's name.
package struct FormatError: Error, Sendable, Equatable {
    /// The most bytes of input that are quoted.
    static var quoteLimit: Int { 60 }

    /// The line, from 1; 0 when it does not matter.
    package let line: Int
    /// What was expected.
    package let expected: String
    /// What was found, quoted and cut.
    package let found: String

    /// Quotes `found`, cut to 60 bytes.
    package init(line: Int = 0, expected: StaticString, found: borrowing Span<UInt8>) {
        self.line = line
        self.expected = "\(expected)"
        if found.isEmpty {
            self.found = "nothing"
        } else if found.count > Self.quoteLimit {
            self.found = "\(found.extracting(first: Self.quoteLimit).text.debugDescription)…"
        } else {
            self.found = found.text.debugDescription
        }
    }

    var place: String { self.line > 0 ? " line \(self.line)" : "" }
}
