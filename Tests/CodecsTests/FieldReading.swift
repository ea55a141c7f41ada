import Bytes
import Codecs
import Telemetry

/// The fields of a record as text, for comparison.
func fieldTexts(of record: LogRecord, in batch: borrowing LogBatch) -> [String] {
    record.fields.map { index in
        let field = batch.table.fields[index]
        let key = batch.input.span.extracting(field.key.range).text
        return "\(key)=\(batch.input.span.extracting(field.value.range).text)"
    }
}
