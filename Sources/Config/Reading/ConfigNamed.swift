/// A value under a key that the user chose, with its place.
package struct ConfigNamed<Value> {
    /// The key.
    package let name: String
    /// The value.
    package let value: Value
    /// Where the key is.
    package let location: ConfigLocation

    /// Pairs a name with a value.
    package init(_ name: String, _ value: Value, at location: ConfigLocation) {
        self.name = name
        self.value = value
        self.location = location
    }
}

extension ConfigNamed: Sendable where Value: Sendable {}
