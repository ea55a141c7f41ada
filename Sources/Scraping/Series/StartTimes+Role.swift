import Bytes
import Telemetry

extension StartTimes {
    /// What a new line, whose labels are as they were written, has to do with start times.
    ///
    /// The labels are sorted; `bytes` is memory that it may use.
    static func role(
        of labels: inout LabelBuilder,
        _ intake: borrowing ScrapeIntake,
        _ series: borrowing TargetSeries,
        _ bytes: inout OutputBuffer,
    ) -> ScrapeIntake.Role {
        let kind = intake.kind
        labels.sort()
        guard kind == .counter || kind == .histogram || kind == .summary,
            let family = series.table.families[intake.family],
            let index = labels.index(of: "__name__")
        else { return .plain }
        let name = labels.text.span.extracting(labels.entries[index].value)
        let root = FamilyMembership.cut("_created", from: name)
        let isStart =
            root.map { name.extracting(first: $0).equals(family.family.utf8Span.span) } ?? false
        let isOne = isStart || FamilyMembership.holds(name, of: family)
        if !isOne || !isStart && !series.starts.isCollecting { return .plain }
        Self.encodeKey(labels, intake, into: &bytes)
        let key = intake.hash(bytes.span, from: 0, count: bytes.count)
        return isStart ? .starts(key) : .counts(since: key)
    }

    /// Writes what a sample and its `_created` line share: the family, and all labels but the bound.
    static func encodeKey(
        _ labels: borrowing LabelBuilder,
        _ intake: borrowing ScrapeIntake,
        into output: inout OutputBuffer,
    ) {
        output.removeAll()
        output.append(UInt8(truncatingIfNeeded: intake.family))
        output.append(UInt8(truncatingIfNeeded: intake.family >> 8))
        let isHistogram = intake.kind == .histogram
        let isSummary = intake.kind == .summary
        let text = labels.text.span
        for entry in labels.entries {
            let name = text.extracting(entry.name)
            if name.equals("__name__") || isHistogram && name.equals("le")
                || isSummary && name.equals("quantile")
            {
                continue
            }
            LabelTable.append(name, text.extracting(entry.value), to: &output)
        }
    }
}
