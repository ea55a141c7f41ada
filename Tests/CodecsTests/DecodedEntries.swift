import Codecs
import Telemetry

/// What a decoder made of entries that have fields, for comparison.
struct DecodedEntries {
    var records: [ReadRecord] = []
    var fields: [[String]] = []
    var severities: [LogSeverity] = []
    var result = LineDecoder.Result()

    /// Takes what is in a batch.
    mutating func collect(_ batch: borrowing LogBatch) {
        var lines = LineReading()
        lines.collect(batch)
        self.records = lines.records
        self.fields = batch.table.records.map { fieldTexts(of: $0, in: batch) }
        self.severities = batch.table.records.map(\.severity)
    }
}
