package import Codecs
package import Config

/// Anything a user can name in the configuration file.
package protocol Component: ~Copyable, Sendable {
    /// What this component reads from its own configuration block.
    associatedtype Options: ComponentOptions

    /// The key users write: `lower_snake_case`, unique within its kind.
    static var name: ComponentName { get }

    /// Checks `options` and stores what it needs.
    ///
    /// Pure: opens no file or socket, starts no task. `martlet check` runs it and nothing else.
    init(_ options: Options, in context: ComponentContext) throws(ConfigError)
}

/// Reads the host and writes metric families.
package protocol Collector: Component, ~Copyable {
    /// Whether the collector runs when the configuration does not mention it.
    static var enabledByDefault: Bool { get }

    /// Whether `collect` may wait for something other than the kernel's own memory, such as a
    /// disk or a server; such collectors run after the others.
    static var canWait: Bool { get }

    /// Takes one sample of everything the collector covers.
    ///
    /// Synchronous: the driver calls it on the collectors' thread, never on the shared pool, and
    /// adds its duration and success. What was written before an error stays written.
    mutating func collect(into metrics: inout MetricWriter) throws(CollectError)
}

extension Collector where Self: ~Copyable {
    /// Collectors are on unless they say otherwise.
    package static var enabledByDefault: Bool { true }
    /// Collectors don't wait unless they say otherwise.
    package static var canWait: Bool { false }
}

/// The key by which users name a component.
package struct ComponentName: Sendable, Hashable, ExpressibleByStringLiteral,
    CustomStringConvertible
{
    /// The key's text.
    package let rawValue: String

    package init(stringLiteral value: StaticString) { self.rawValue = "\(value)" }

    package var description: String { self.rawValue }
}

/// Why a collector could not take its sample.
package struct CollectError: Error, Sendable, CustomStringConvertible {
    /// What the driver does about it.
    package enum Kind: Sendable, Hashable {
        /// The host has nothing of this kind; quiet, `success` is 0 as in node_exporter.
        case noData
        /// Something was expected and not found or not readable; logged once until it changes.
        case failed
    }

    /// The kind.
    package let kind: Kind
    /// What was expected, what was found, where.
    package let message: String

    /// The host has nothing of this kind.
    package static func noData(_ message: String) -> CollectError {
        CollectError(kind: .noData, message: message)
    }

    /// Something was not as the kernel documents it, or not readable.
    package static func failed(_ message: String) -> CollectError {
        CollectError(kind: .failed, message: message)
    }

    package var description: String { self.message }
}
