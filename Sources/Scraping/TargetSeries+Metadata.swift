import Telemetry

extension TargetSeries {
    /// Changes what is known of a family.
    mutating func describe(_ family: String, _ change: (inout MetricMetadata) -> Void) {
        if self.metadata[family] == nil, self.metadata.count >= Self.metadataLimit { return }
        change(&self.metadata[family, default: MetricMetadata(family: family)])
    }
}
