/// A value in memory of its own, so that a dictionary's places, many of them free, stay small.
final class Boxed<Value: Sendable>: Sendable {
    /// The value.
    let value: Value

    /// Puts a value in a box.
    init(_ value: Value) { self.value = value }
}
