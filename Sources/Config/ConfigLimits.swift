/// What a configuration may cost at most.
package enum ConfigLimits {
    /// Bytes of one configuration file.
    package static let fileBytes = 8 << 20
    /// Mappings and lists inside each other.
    package static let depth = 64
    /// Values in one file, counting what an alias or a merge key brings in each time it is used.
    package static let nodes = 250_000
    /// Bytes of one value after environment variables are put in.
    package static let substitutedBytes = 1 << 20
    /// Problems that one report keeps; the rest is counted.
    package static let problems = 100
    /// Characters of a wrong value that a message shows.
    package static let shownCharacters = 60
    /// Bytes of a configuration that are shown; aliases may make a small file a large text.
    package static let shownBytes = 4 << 20
    /// Bytes of one file that holds a secret.
    package static let secretBytes = 64 << 10
}
