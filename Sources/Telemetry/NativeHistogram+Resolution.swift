import Glibc

extension NativeHistogram {
    /// Leaves out empty buckets, but for runs of at most `maximumEmpty` between two others.
    ///
    /// - Precondition: `validateBuckets()` passes.
    ///
    /// Source: Prometheus, `compactBuckets`.
    public mutating func compact(keepingRunsOf maximumEmpty: Int = 0) {
        if self.isCompact(maximumEmpty) { return }
        self.rewrite { (buckets, spare, isFloat) in
            if isFloat {
                Self.compact(buckets.spans, buckets.counts, maximumEmpty, false, &spare) {
                    $0.counts.append($1)
                }
            } else {
                Self.compact(buckets.spans, buckets.deltas, maximumEmpty, true, &spare) {
                    $0.deltas.append($1)
                }
            }
        }
    }

    /// Merges neighbours until the buckets are those of a coarser schema.
    ///
    /// - Precondition: `validateBuckets()` passes; `schema` is below the present one, which is not
    ///   that of custom buckets.
    ///
    /// Source: Prometheus, `reduceResolution`.
    public mutating func reduce(to schema: Int32) {
        precondition(!self.isCustom && schema < self.schema, "reduce to a schema as fine")
        let steps = Int(self.schema) - Int(schema)
        self.rewrite { (buckets, spare, isFloat) in
            if isFloat {
                Self.merge(buckets.spans, buckets.counts, steps, false, &spare) {
                    $0.counts.append($1)
                }
            } else {
                Self.merge(buckets.spans, buckets.deltas, steps, true, &spare) {
                    $0.deltas.append($1)
                }
            }
        }
        self.schema = schema
    }

    /// Halves the resolution until there are at most `limit` buckets; false when that can't be.
    ///
    /// - Precondition: `validateBuckets()` passes.
    ///
    /// Source: Prometheus, `bucketLimitAppender`.
    public mutating func reduce(toBuckets limit: Int) -> Bool {
        while self.bucketCount > limit {
            if self.isCustom || self.schema <= Self.exponentialSchemas.lowerBound { return false }
            self.reduce(to: self.schema - 1)
        }
        return true
    }

    /// The finest schema whose bounds grow by at least `factor` from one to the next.
    ///
    /// Source: Prometheus, `pickSchema`.
    public static func schema(minimumFactor factor: Double) -> Int32 {
        if !(factor > 1) { return Self.exponentialSchemas.upperBound }
        let finest = floor(-log2(log2(factor)))
        if finest >= Double(Self.exponentialSchemas.upperBound) {
            return Self.exponentialSchemas.upperBound
        }
        if finest <= Double(Self.exponentialSchemas.lowerBound) {
            return Self.exponentialSchemas.lowerBound
        }
        return Int32(finest)
    }

    /// Whether there is neither an empty bucket nor a span that is to be joined with another.
    private func isCompact(_ maximumEmpty: Int) -> Bool {
        for buckets in [self.positive, self.negative] {
            for (place, span) in buckets.spans.enumerated()
            where span.length == 0 || (place > 0 && span.offset <= maximumEmpty) {
                return false
            }
            var count: Int64 = 0
            for delta in buckets.deltas {
                count += delta
                if count == 0 { return false }
            }
            if buckets.counts.contains(0) { return false }
        }
        return true
    }

    private mutating func rewrite(_ change: (Buckets, inout Buckets, Bool) -> Void) {
        self.spare.removeAll()
        change(self.positive, &self.spare, self.isFloat)
        swap(&self.positive, &self.spare)
        self.spare.removeAll()
        change(self.negative, &self.spare, self.isFloat)
        swap(&self.negative, &self.spare)
    }

    private static func compact<Count: AdditiveArithmetic>(
        _ spans: [BucketSpan],
        _ counts: [Count],
        _ maximumEmpty: Int,
        _ isDelta: Bool,
        _ output: inout Buckets,
        _ append: (inout Buckets, Count) -> Void,
    ) {
        var layout = Layout()
        // What the last bucket written holds, and the last one read.
        var written = Count.zero
        var count = Count.zero
        Self.forEachBucket(spans) { (index, place) in
            count = isDelta ? count + counts[place] : counts[place]
            if count == .zero { return }
            for _ in 0..<layout.place(index, fillingUpTo: maximumEmpty, &output.spans) {
                append(&output, isDelta ? .zero - written : .zero)
                written = .zero
            }
            append(&output, isDelta ? count - written : count)
            written = count
        }
    }

    private static func merge<Count: AdditiveArithmetic>(
        _ spans: [BucketSpan],
        _ counts: [Count],
        _ steps: Int,
        _ isDelta: Bool,
        _ output: inout Buckets,
        _ append: (inout Buckets, Count) -> Void,
    ) {
        var layout = Layout()
        var written = Count.zero
        var count = Count.zero
        var merged = Count.zero
        var target: Int?
        func finish() {
            guard let index = target else { return }
            _ = layout.place(index, fillingUpTo: 0, &output.spans)
            append(&output, isDelta ? merged - written : merged)
            written = merged
        }
        Self.forEachBucket(spans) { (index, place) in
            count = isDelta ? count + counts[place] : counts[place]
            let coarse = ((index - 1) >> steps) + 1
            if coarse == target {
                merged += count
            } else {
                finish()
                target = coarse
                merged = count
            }
        }
        finish()
    }

    /// Calls `body` with the index of each bucket and its place among the counts.
    private static func forEachBucket(_ spans: [BucketSpan], _ body: (Int, Int) -> Void) {
        var index = 0
        var place = 0
        for span in spans {
            index += Int(span.offset)
            for _ in 0..<span.length {
                body(index, place)
                index += 1
                place += 1
            }
        }
    }

    /// Makes spans of the indices of buckets that are written one after the other.
    private struct Layout {
        private var next: Int?

        /// Makes room for a bucket; returns how many empty ones are to be written before it.
        mutating func place(
            _ index: Int,
            fillingUpTo limit: Int,
            _ spans: inout [BucketSpan],
        ) -> Int {
            let gap = index - (self.next ?? 0)
            defer { self.next = index + 1 }
            if self.next != nil, gap <= limit {
                spans[spans.count - 1].length += UInt32(gap) + 1
                return gap
            }
            spans.append(BucketSpan(offset: Int32(gap), length: 1))
            return 0
        }
    }
}
