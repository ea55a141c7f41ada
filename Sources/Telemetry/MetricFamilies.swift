/// The metric families of one target, each known by a small number; 0 stands for none.
///
/// A family keeps its number when its type, help or unit changes.
public struct MetricFamilies: Sendable {
    /// The most families; later ones have no number.
    public static let limit = 20_000

    /// The families; that of number `n` is at place `n - 1`.
    public private(set) var all: [MetricMetadata] = []
    private var numbers: [String: UInt16] = [:]

    /// Knows no family.
    public init() {}

    /// The number of a family, given it when it is new; 0 when there are too many.
    public mutating func number(of family: String) -> UInt16 {
        if let known = self.numbers[family] { return known }
        if self.all.count >= Self.limit { return 0 }
        self.all.append(MetricMetadata(family: family))
        let number = UInt16(self.all.count)
        self.numbers[family] = number
        return number
    }

    /// What is known of a family; nil for 0.
    public subscript(number: UInt16) -> MetricMetadata? {
        number == 0 ? nil : self.all[Int(number) - 1]
    }

    /// Changes what is known of a family; does nothing for 0.
    public mutating func describe(_ number: UInt16, _ change: (inout MetricMetadata) -> Void) {
        if number > 0 { change(&self.all[Int(number) - 1]) }
    }
}
