import Bytes
import Codecs
import Telemetry

/// Memory for one metric of a protobuf body, reused from one to the next.
struct ProtobufScratch: ~Copyable {
    var message = MetricMessage()
    var classic = ClassicHistogram()
    /// A native histogram's exemplars that have a time, and where they are.
    var exemplars: [(time: Int64, range: Range<Int>)] = []
    /// The histogram as it is sent.
    var histogram = OutputBuffer(capacity: 256)
}
