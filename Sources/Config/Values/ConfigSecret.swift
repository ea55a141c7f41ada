/// A secret written in the configuration, or kept in a file that is read when it is needed.
///
/// Printing one in any way shows where it is, never what it is.
package enum ConfigSecret: Sendable, Hashable {
    /// The secret itself.
    case literal(String)
    /// The path of the file that holds it.
    case file(String)
}

extension ConfigSecret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// `<secret>`, or the file's path.
    package var description: String {
        switch self {
        case .literal: "<secret>"
        case .file(let path): "file \(path)"
        }
    }

    /// The same as the description.
    package var debugDescription: String { self.description }

    /// Nothing, so that `dump` and the like show the description.
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}
