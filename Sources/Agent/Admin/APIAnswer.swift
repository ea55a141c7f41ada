import Codecs
import Pipeline
import Telemetry

/// Answers in the envelope of Prometheus's HTTP API.
enum APIAnswer {
    /// `{"status":"success","data":…}`; `body` writes the data.
    static func success(_ body: (inout JSONWriter) -> Void) -> HTTPAnswer {
        var json = JSONWriter(capacity: 16 << 10)
        json.object { json in
            json.member("status", "success")
            json.key("data")
            body(&json)
        }
        return .json(json)
    }

    /// A request that makes no sense: status 400.
    static func badData(_ message: String) -> HTTPAnswer {
        var json = JSONWriter()
        json.object { json in
            json.member("status", "error")
            json.member("errorType", "bad_data")
            json.member("error", message)
        }
        return .json(json, status: 400)
    }
}

extension HTTPIncoming {
    /// The first value of a parameter of the query; nil when it is absent or empty.
    func parameter(_ name: String) -> String? {
        guard let value = self.query.first(where: { $0.name == name })?.value else { return nil }
        return value.isEmpty ? nil : value
    }
}

extension HTTPIncoming {
    /// The values of a parameter of the query that are not empty.
    func values(_ name: String) -> [String] {
        self.query.filter { $0.name == name && !$0.value.isEmpty }.map(\.value)
    }
}

extension JSONWriter {
    /// Writes a member whose value is an object of labels.
    mutating func member(_ name: String, labels: LabelSet) {
        self.key(name)
        self.object { json in
            for label in labels.labels { json.member(label.name, label.value) }
        }
    }
}

extension MetricMetadata {
    /// The type as Prometheus's API names it.
    var typeName: String {
        switch self.kind {
        case .unknown: "unknown"
        case .counter: "counter"
        case .gauge: "gauge"
        case .histogram: "histogram"
        case .gaugeHistogram: "gaugehistogram"
        case .summary: "summary"
        case .info: "info"
        case .stateset: "stateset"
        }
    }

    /// Writes type, help and unit.
    func write(into json: inout JSONWriter) {
        json.member("type", self.typeName)
        json.member("help", self.help)
        json.member("unit", self.unit)
    }
}
