import Bytes

extension LogTable {
    /// Lets `body` see a piece of the batch.
    @inline(__always)
    public func withText<Result>(
        _ text: LogText,
        of input: borrowing Span<UInt8>,
        _ body: (borrowing Span<UInt8>) -> Result,
    ) -> Result {
        switch text.place {
        case .input: body(input.extracting(text.range))
        case .derived: body(self.derived.span.extracting(text.range))
        }
    }

    /// Where the record's field of that name is; only its first `count` fields are looked at.
    public func place(
        ofField name: borrowing Span<UInt8>,
        in record: LogRecord,
        of input: borrowing Span<UInt8>,
        first count: Int = .max,
    ) -> Int? {
        let all = record.fields
        let end = all.count > count ? all.lowerBound &+ count : all.upperBound
        for place in all.lowerBound..<end {
            let key = self.fields[place].key
            if Int(key.count) != name.count { continue }
            if self.withText(key, of: input, { $0.equals(name) }) { return place }
        }
        return nil
    }

    /// Adds a field to a record in place of one of the same name among its first `count` fields.
    ///
    /// Returns false, and changes nothing, at `fieldLimit`.
    @inline(__always)
    public mutating func set(
        _ field: LogField,
        of record: inout LogRecord,
        _ input: borrowing Span<UInt8>,
        first count: Int = .max,
    ) -> Bool {
        if count > 0, record.fieldCount > 0,
            let place = self.place(sameKeyAs: field, in: record, of: input, first: count)
        {
            self.replace(at: place, with: field)
            return true
        }
        return self.append(field, to: &record)
    }

    private func place(
        sameKeyAs field: LogField,
        in record: LogRecord,
        of input: borrowing Span<UInt8>,
        first count: Int,
    ) -> Int? {
        self.withText(field.key, of: input) { name in
            self.place(ofField: name, in: record, of: input, first: count)
        }
    }
}
