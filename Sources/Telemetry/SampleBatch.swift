public import Bytes

/// The samples of one scrape, as numbers into the target's `SeriesTable`.
///
/// One owner, reused from scrape to scrape; receivers borrow it for the length of one call. What few
/// samples have is kept beside them and costs nothing where it is absent: times of their own, start
/// times, exemplars, and native histograms.
public struct SampleBatch: ~Copyable, Sendable {
    /// The time of every sample that has none of its own, in milliseconds since 1970.
    public private(set) var timestamp: Int64 = 0
    @usableFromInline var series: [UInt32] = []
    @usableFromInline var bits: [UInt64] = []
    /// Empty as long as every sample has the batch's time.
    @usableFromInline var times: [Int64] = []
    /// Empty as long as no sample has a start time.
    @usableFromInline var starts: [Int64] = []
    /// Exemplars in the order of their samples.
    public internal(set) var exemplars: [SampleExemplar] = []
    /// Native histograms in the order of their samples.
    public internal(set) var histograms: [SampleHistogram] = []
    /// The bytes that exemplars and histograms point into.
    public internal(set) var attachments = OutputBuffer(capacity: 0)

    /// Makes an empty batch.
    public init() {}

    /// The number of samples, native histograms among them.
    @inlinable
    public var count: Int { self.series.count }

    /// The memory the batch holds, in bytes.
    public var footprint: Int {
        self.series.capacity * 4
            + (self.bits.capacity + self.times.capacity + self.starts.capacity) * 8
            + self.exemplars.capacity * MemoryLayout<SampleExemplar>.stride
            + self.histograms.capacity * MemoryLayout<SampleHistogram>.stride
            + self.attachments.capacity
    }

    /// Whether some sample has a time of its own.
    @inlinable
    public var hasTimes: Bool { !self.times.isEmpty }

    /// Whether samples are nothing but a value and a time.
    @inlinable
    public var isPlain: Bool {
        self.starts.isEmpty && self.exemplars.isEmpty && self.histograms.isEmpty
    }

    /// Whether some sample has a start time.
    @inlinable
    public var hasStarts: Bool { !self.starts.isEmpty }

    /// Forgets every sample and begins a batch of another time.
    public mutating func reset(timestamp: Int64) {
        self.timestamp = timestamp
        self.series.removeAll(keepingCapacity: true)
        self.bits.removeAll(keepingCapacity: true)
        self.times.removeAll(keepingCapacity: true)
        self.starts.removeAll(keepingCapacity: true)
        self.exemplars.removeAll(keepingCapacity: true)
        self.histograms.removeAll(keepingCapacity: true)
        self.attachments.removeAll()
    }

    /// Makes room for samples without times of their own, so that it need not grow on the way.
    public mutating func reserve(_ count: Int) {
        self.series.reserveCapacity(count)
        self.bits.reserveCapacity(count)
    }

    /// Forgets the samples from the `count`-th on.
    public mutating func truncate(to count: Int) {
        let surplus = self.series.count - count
        self.series.removeLast(surplus)
        self.bits.removeLast(surplus)
        if !self.times.isEmpty { self.times.removeLast(surplus) }
        if !self.starts.isEmpty { self.starts.removeLast(surplus) }
        while let last = self.exemplars.last, last.sample >= count { self.exemplars.removeLast() }
        while let last = self.histograms.last, last.sample >= count { self.histograms.removeLast() }
    }

    /// Adds a sample at the batch's own time.
    @inlinable
    public mutating func append(series: UInt32, bits: UInt64) {
        self.series.append(series)
        self.bits.append(bits)
        if !self.times.isEmpty { self.times.append(self.timestamp) }
        if !self.starts.isEmpty { self.starts.append(0) }
    }

    /// Adds a sample with a time of its own, in milliseconds since 1970.
    public mutating func append(series: UInt32, bits: UInt64, time: Int64) {
        if self.times.isEmpty, time != self.timestamp {
            self.times.reserveCapacity(self.series.capacity)
            for _ in 0..<self.series.count { self.times.append(self.timestamp) }
        }
        if !self.times.isEmpty || time != self.timestamp { self.times.append(time) }
        self.series.append(series)
        self.bits.append(bits)
        if !self.starts.isEmpty { self.starts.append(0) }
    }

    /// Says since when the n-th sample counts, in milliseconds since 1970; 0 for unknown.
    public mutating func setStart(_ time: Int64, at index: Int) {
        if self.starts.isEmpty {
            if time == 0 { return }
            self.starts.reserveCapacity(self.series.capacity)
            for _ in 0..<self.series.count { self.starts.append(0) }
        }
        self.starts[index] = time
    }

    /// The series of the n-th sample.
    @inlinable
    public func series(at index: Int) -> UInt32 { self.series[index] }

    /// The n-th sample's value as the bits of a float; for a native histogram those of its sum.
    @inlinable
    public func bits(at index: Int) -> UInt64 { self.bits[index] }

    /// The n-th sample's time in milliseconds since 1970.
    @inlinable
    public func time(at index: Int) -> Int64 {
        self.times.isEmpty ? self.timestamp : self.times[index]
    }

    /// Since when the n-th sample counts, in milliseconds since 1970; 0 when that is not known.
    @inlinable
    public func start(at index: Int) -> Int64 { self.starts.isEmpty ? 0 : self.starts[index] }
}
