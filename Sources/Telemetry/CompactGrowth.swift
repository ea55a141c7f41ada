extension Array {
    /// Appends, growing by an eighth instead of doubling.
    ///
    /// For tables that live as long as a target and stop growing early: doubling would hold up to
    /// half of their memory unused for good.
    @inlinable
    public mutating func appendCompactly(_ element: Element) {
        if self.count == self.capacity {
            self.reserveCapacity(self.count + self.count / 8 + 16)
        }
        self.append(element)
    }
}
