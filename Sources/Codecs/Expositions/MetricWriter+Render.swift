package import Bytes

extension MetricWriter {
    /// The `Content-Type` of what `render(into:)` writes.
    package var contentType: String { Self.contentType(of: self.format) }

    /// The `Content-Type` of a format.
    package static func contentType(of format: Format) -> String {
        switch format {
        case .prometheusText: "text/plain; version=0.0.4; charset=utf-8; escaping=underscores"
        case .openMetrics:
            "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=underscores"
        }
    }

    /// Appends the exposition of everything written since the last reset.
    package mutating func render(into output: inout OutputBuffer) {
        if self.order.count < self.families.count {
            self.order = self.families.indices.sorted {
                self.families[$0].name < self.families[$1].name
            }
        }
        for index in self.order.indices {
            let position = self.order[index]
            if self.families[position].samples.isEmpty { continue }
            self.sortSamples(ofFamilyAt: position)
            self.renderFamily(at: position, into: &output)
        }
        if self.format == .openMetrics { output.append("# EOF\n") }
    }

    private mutating func renderFamily(at position: Int, into output: inout OutputBuffer) {
        let family = self.families[position]
        let isCounter = family.type == .counter
        let name: String
        var sampleSuffix: StaticString = ""
        if self.format == .openMetrics, isCounter {
            name = family.name.hasSuffix("_total") ? String(family.name.dropLast(6)) : family.name
            sampleSuffix = "_total"
        } else {
            name = family.name
        }
        if family.header.isEmpty {
            let start = output.count
            self.renderHeader(of: family, as: name, into: &output)
            self.families[position].header = output.span.extracting(droppingFirst: start).array
        } else {
            output.append(family.header.span)
        }
        let duplicates = self.renderSamples(
            of: family,
            as: name,
            suffix: isCounter ? sampleSuffix : nil,
            into: &output,
        )
        self.count(duplicates: duplicates)
    }

    /// Writes the family's lines and returns how many series stood there twice.
    private func renderSamples(
        of family: Family,
        as name: String,
        suffix: StaticString?,
        into output: inout OutputBuffer,
    ) -> Int {
        let text = self.text.bytes.span
        var previous: Sample?
        var duplicates = 0
        for sample in family.samples {
            let labels = text.extracting(sample.start..<sample.labelsEnd)
            if let previous, previous.suffix == sample.suffix,
                labels.equals(text.extracting(previous.start..<previous.labelsEnd))
            {
                duplicates += 1
                continue
            }
            output.append(name)
            output.append(suffix ?? sample.suffix.text)
            output.append(text.extracting(sample.start..<sample.end))
            previous = sample
        }
        return duplicates
    }

    private func renderHeader(
        of family: Family,
        as name: String,
        into output: inout OutputBuffer,
    ) {
        output.append("# HELP ")
        output.append(name)
        output.append(UInt8(ascii: " "))
        for byte in family.help.utf8 {
            switch byte {
            case UInt8(ascii: "\\"): output.append("\\\\")
            case UInt8(ascii: "\n"): output.append("\\n")
            case UInt8(ascii: "\"") where self.format == .openMetrics: output.append("\\\"")
            default: output.append(byte)
            }
        }
        output.append("\n# TYPE ")
        output.append(name)
        output.append(UInt8(ascii: " "))
        let type =
            self.format == .openMetrics && family.type == .untyped
            ? "unknown" : family.type.rawValue
        output.append(type)
        output.append(UInt8(ascii: "\n"))
    }

    /// Histograms and summaries keep the order they were written in: buckets rise.
    private mutating func sortSamples(ofFamilyAt position: Int) {
        let type = self.families[position].type
        if type == .histogram || type == .summary { return }
        if self.families[position].samples.count < 2 { return }
        self.families[position].samples = self.sorted(self.families[position].samples)
    }

    private func sorted(_ samples: [Sample]) -> [Sample] {
        let text = self.text.bytes.span
        return samples.sorted { left, right in
            let a = text.extracting(left.start..<left.labelsEnd)
            let b = text.extracting(right.start..<right.labelsEnd)
            for index in 0..<min(a.count, b.count) where a[index] != b[index] {
                // A value that ends sorts before one that goes on, whatever comes after it.
                if a[index] == UInt8(ascii: "\"") { return true }
                if b[index] == UInt8(ascii: "\"") { return false }
                return a[index] < b[index]
            }
            return a.count < b.count
        }
    }
}
