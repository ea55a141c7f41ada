/// Values that were met lately, so that equal ones share their memory.
///
/// Every value has one place, by its hash, and whatever else falls on that place takes it. So the
/// table never grows, and what it forgets costs nothing but the sharing.
struct InternTable<Value: Hashable & Sendable>: Sendable {
    private let size: UInt
    /// Without places before the first value.
    private var values: [Value?] = []

    /// Remembers `size` values at the most.
    init(size: UInt) { self.size = size }

    /// Replaces a value by an equal one that is remembered, or remembers it.
    mutating func intern(_ value: inout Value) {
        if self.values.isEmpty { self.values = Array(repeating: nil, count: Int(self.size)) }
        let place = Int(UInt(bitPattern: value.hashValue) % self.size)
        if let known = self.values[place], known == value {
            value = known
        } else {
            self.values[place] = value
        }
    }
}
