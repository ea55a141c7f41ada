/// What a destination made of one request, in the terms that the driver acts on.
package enum Outcome: Sendable, Equatable {
    /// Everything was taken.
    case accepted
    /// Nothing is known to be taken; send the same again, not before `after` if it is said.
    case retry(after: Duration?, reason: String)
    /// The request is larger than the destination takes: halve it and send the parts.
    case split(reason: String)
    /// Nothing was taken and never will be.
    case rejected(reason: String)
    /// Items fared differently; items that are not named were taken.
    case partial(retry: [Int], rejected: [RejectedItem])

    /// One item that the destination refused for good.
    package struct RejectedItem: Sendable, Equatable {
        /// Its place in the request, from 0.
        package let index: Int
        /// The destination's words, cut to a printable length.
        package let reason: String

        /// Names an item.
        package init(index: Int, reason: String) {
            self.index = index
            self.reason = reason
        }
    }
}
