extension NativeHistogram {
    /// What is wrong with a histogram.
    public struct Flaw: Error, Sendable, Hashable, CustomStringConvertible {
        /// The kinds of flaw.
        public enum Reason: Sendable, Hashable {
            case schema
            case spanOffset
            case spansAndBuckets
            case negativeCount
            case countMismatch
            case customBounds
            case customBuckets
            case tooLarge
            case tooManyBuckets
            case notCumulative
        }

        /// The kind.
        public let reason: Reason
        /// What was expected, and what was found.
        public let description: String

        init(_ reason: Reason, _ description: String) {
            self.reason = reason
            self.description = description
        }
    }

    /// Checks that it is one that a receiver takes.
    ///
    /// Source: Prometheus, `Histogram.Validate` and `FloatHistogram.Validate`.
    public func validate() throws(Flaw) {
        try self.validateSchema()
        try self.validateBuckets()
    }

    /// Checks the schema alone.
    public func validateSchema() throws(Flaw) {
        if self.isCustom || Self.exponentialSchemas.contains(self.schema) { return }
        throw Flaw(
            .schema,
            "expected a schema from -4 to 8, or -53 for custom buckets, found \(self.schema)",
        )
    }

    /// Checks all but the schema; what passes can be compacted and reduced.
    public func validateBuckets() throws(Flaw) {
        try self.validate(self.positive, "positive")
        try self.validate(self.negative, "negative")
        if self.isCustom {
            try self.validateCustom()
        } else if !self.customBounds.isEmpty {
            throw Flaw(
                .customBounds,
                "expected bounds with schema -53 only, found them with schema \(self.schema)",
            )
        }
        if self.isFloat {
            try self.validateFloats()
        } else {
            try self.validateIntegers()
        }
    }

    /// Spans must lead to as many buckets as there are, each further up than the one before.
    private func validate(_ buckets: Buckets, _ side: StaticString) throws(Flaw) {
        let have = self.isFloat ? buckets.counts.count : buckets.deltas.count
        if buckets.spans.count > Self.spanLimit || have > Self.bucketLimit {
            throw Flaw(
                .tooManyBuckets,
                "expected at most \(Self.spanLimit) spans and \(Self.bucketLimit) buckets on the "
                    + "\(side) side, found \(buckets.spans.count) and \(have)",
            )
        }
        var need = 0
        var index = 0
        for (place, span) in buckets.spans.enumerated() {
            if span.offset < 0, place > 0 || self.isCustom {
                throw Flaw(
                    .spanOffset,
                    "expected spans that go up on the \(side) side, found offset \(span.offset) "
                        + "at span \(place + 1)",
                )
            }
            need += Int(span.length)
            index += Int(span.offset) + Int(span.length)
            if index > Int(Int32.max) {
                throw Flaw(
                    .tooLarge,
                    "expected bucket indices of 32 bits on the \(side) side, found \(index)",
                )
            }
        }
        if need != have {
            throw Flaw(
                .spansAndBuckets,
                "expected \(need) buckets on the \(side) side as the spans say, found \(have)",
            )
        }
    }

    private func validateCustom() throws(Flaw) {
        if self.zeroCount != 0 || self.floatZeroCount != 0 || self.zeroThreshold != 0
            || !self.negative.spans.isEmpty || self.negative.count > 0
        {
            throw Flaw(
                .customBuckets,
                "expected custom buckets without a zero bucket and negative ones, found some",
            )
        }
        if self.customBounds.count > Self.bucketLimit {
            throw Flaw(
                .tooManyBuckets,
                "expected at most \(Self.bucketLimit) bounds, found \(self.customBounds.count)",
            )
        }
        for (place, bound) in self.customBounds.enumerated() {
            // NaN fails both.
            let isAbove = place == 0 ? !bound.isNaN : bound > self.customBounds[place - 1]
            if !isAbove || bound == .infinity {
                throw Flaw(
                    .customBounds,
                    "expected finite bounds that go up, found \(bound) at bound \(place + 1)",
                )
            }
        }
        let reach = self.positive.spans.reduce(0) { $0 + Int($1.offset) + Int($1.length) }
        if reach > self.customBounds.count + 1 {
            throw Flaw(
                .customBuckets,
                "expected at least \(reach - 1) bounds for \(reach) buckets, found "
                    + "\(self.customBounds.count)",
            )
        }
    }

    /// Counts must not be negative, and their total is the histogram's unless some value was NaN.
    private func validateIntegers() throws(Flaw) {
        var total = self.zeroCount
        for deltas in [self.positive.deltas, self.negative.deltas] {
            var count: Int64 = 0
            for (place, delta) in deltas.enumerated() {
                let (next, isBeyond) = count.addingReportingOverflow(delta)
                if isBeyond || next < 0 {
                    throw Flaw(
                        .negativeCount,
                        "expected counts of 0 or more, found \(isBeyond ? delta : next) at bucket "
                            + "\(place + 1)",
                    )
                }
                count = next
                total = Self.add(total, UInt64(count))
            }
        }
        if total > UInt64(Int64.max) {
            throw Flaw(.tooLarge, "expected at most \(Int64.max) observations, found more")
        }
        if self.sum.isNaN ? total > self.count : total != self.count {
            throw Flaw(
                .countMismatch,
                "expected \(self.count) observations in all buckets as the count says, found "
                    + "\(total)",
            )
        }
    }

    private static func add(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let (sum, isBeyond) = left.addingReportingOverflow(right)
        return isBeyond ? .max : sum
    }

    /// Of floats nothing but the sign is checked: what comes of rates need not add up.
    private func validateFloats() throws(Flaw) {
        if self.floatCount < 0 || self.floatZeroCount < 0 {
            throw Flaw(
                .negativeCount,
                "expected counts of 0 or more, found \(min(self.floatCount, self.floatZeroCount))",
            )
        }
        for counts in [self.positive.counts, self.negative.counts] {
            for (place, count) in counts.enumerated() where count < 0 {
                throw Flaw(
                    .negativeCount,
                    "expected counts of 0 or more, found \(count) at bucket \(place + 1)",
                )
            }
        }
    }
}
