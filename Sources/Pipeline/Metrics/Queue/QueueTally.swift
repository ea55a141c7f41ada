/// How many blocks, with how many bytes and samples.
struct QueueTally: Sendable, Hashable {
    var blocks = 0
    /// Bytes of bodies.
    var bytes = 0
    var counts = SampleCounts()

    mutating func add(_ other: QueueTally) {
        self.blocks += other.blocks
        self.bytes += other.bytes
        self.counts.add(other.counts)
    }

    mutating func add(_ record: QueueRecord) {
        self.blocks += 1
        self.bytes += record.length
        self.counts.add(record.counts)
    }

    mutating func add(_ block: SampleBlock) {
        self.blocks += 1
        self.bytes += block.byteCount
        self.counts.add(block.counts)
    }

    mutating func remove(_ record: QueueRecord) {
        self.blocks -= 1
        self.bytes -= record.length
        self.counts.remove(record.counts)
    }

    mutating func remove(_ block: SampleBlock) {
        self.blocks -= 1
        self.bytes -= block.byteCount
        self.counts.remove(block.counts)
    }
}

extension SampleCounts {
    /// Takes away what another has of samples, histograms and exemplars.
    mutating func remove(_ other: SampleCounts) {
        self.samples -= other.samples
        self.histograms -= other.histograms
        self.exemplars -= other.exemplars
    }
}
