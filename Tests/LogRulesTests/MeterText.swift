import Bytes
import Codecs
import Pipeline

/// The agent's own metrics as somebody who scrapes it sees them.
enum MeterText {
    static func lines(of meters: Meters) -> [String] {
        var writer = MetricWriter()
        meters.write(into: &writer)
        var output = OutputBuffer()
        writer.render(into: &output)
        return output.text.split(separator: "\n").map(String.init)
    }
}
