extension MetricSinkDriver {
    /// Samples that the receiver has taken since the start.
    package var samplesSent: Int { self.meters.samples.value - self.meters.samplesFailed.value }

    /// Samples that were given up since the start: refused, too old, without room, or left over at a
    /// stop.
    package var samplesLost: Int {
        self.meters.samplesFailed.value + self.meters.samplesTooOld.value
            + self.meters.samplesOverflowed.value + self.meters.samplesUnflushed.value
    }
}
