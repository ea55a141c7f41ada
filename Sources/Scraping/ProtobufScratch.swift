import Bytes
import Codecs
import Telemetry

/// Memory for one metric of a protobuf body, reused from one to the next.
struct ProtobufScratch: ~Copyable {
    var message = MetricMessage()
    var classic = ClassicHistogram()
    /// The labels of an exemplar.
    var exemplar = LabelBuilder()
    /// A native histogram's exemplars that have a time, and where they are.
    var exemplars: [(time: Int64, range: Range<Int>)] = []
    /// What is attached to a sample.
    var attachment = OutputBuffer(capacity: 256)
}
