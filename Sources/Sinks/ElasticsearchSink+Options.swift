package import Codecs
package import Config
package import Pipeline

extension ElasticsearchSink {
    /// What users may say of an `elasticsearch` sink.
    package struct Options: ComponentOptions {
        /// Equal servers; another one is tried when one fails.
        package var urls: [String]
        /// The index of a record.
        package var index: IndexName
        /// What is asked for each record.
        package var action: BulkWriter.Action
        /// Whether records carry ids, so that one that is sent again is not stored twice.
        package var id: Bool
        /// The names of the fields.
        package var layout: LogJSON.Layout
        /// Whether dots in the keys of labels and annotations become `_`.
        package var dedots: Bool
        /// The ingest pipeline.
        package var pipeline: String?
        /// The time for one request.
        package var timeout: Duration
        /// How records are batched and retried.
        package var delivery: LogDeliveryOptions
        /// TLS, authorization and header fields.
        package var client: HTTPClientOptions

        /// The default of `index`.
        private static let defaultIndex = "logs-%{+YYYY.MM.dd}"

        package init(from node: inout ConfigNode) throws(ConfigError) {
            let single = node.string("url", "The server, such as http://elasticsearch:9200.")
            let several = node.strings("urls", "Equal servers, instead of `url`.")
            self.urls = several + (single.map { [$0] } ?? [])
            let pattern = node.rawString(
                "index",
                default: Self.defaultIndex,
                "The index; %{+YYYY.MM.dd} is the record's day in UTC.",
            )
            self.index = try Self.index(pattern, node)
            self.action = node.choice(
                "action",
                default: .create,
                "Whether a record with a known id is left alone (create) or replaced (index).",
            )
            self.id = node.bool(
                "id",
                default: true,
                "Sends an id with each record, so that none is stored twice.",
            )
            self.layout = node.choice(
                "fields",
                default: .kubernetes,
                LogJSON.Layout.summary,
            )
            self.dedots = node.bool(
                "dedot",
                default: self.layout != .otel,
                "Writes `_` for dots in the keys of labels and annotations, without which `app` and "
                    + "`app.kubernetes.io/name` conflict; off by default with otel, whose "
                    + "templates take dots.",
            )
            self.pipeline = node.string("pipeline", "The ingest pipeline.")
            self.timeout = node.duration(
                "timeout",
                default: .seconds(30),
                in: .milliseconds(100)...(.seconds(3600)),
                "The time for one request.",
            )
            self.delivery = LogDeliveryOptions(reading: &node)
            self.client = HTTPClientOptions(readingFrom: &node)
            self.check(node)
        }

        private static func index(
            _ pattern: String,
            _ node: borrowing ConfigNode,
        ) throws(ConfigError) -> IndexName {
            do throws(IndexName.Invalid) {
                return try IndexName(pattern)
            } catch {
                throw ConfigError(
                    at: node.location(of: "index"),
                    "expected \(error.expected), found `\(pattern)`",
                )
            }
        }

        private func check(_ node: borrowing ConfigNode) {
            if self.urls.isEmpty {
                node.reject("url", expected: "a URL such as http://elasticsearch:9200")
            }
            for url in self.urls where !Self.isHTTP(url) {
                let key = node.isPresent("url") ? "url" : "urls"
                node.reject(key, expected: "an http or https URL without `?`")
            }
        }

        private static func isHTTP(_ url: String) -> Bool {
            let isHTTP = url.hasPrefix("http://") || url.hasPrefix("https://")
            let hasHost = url.split(separator: "/").count >= 2
            return isHTTP && hasHost && !url.contains("?") && !url.contains(" ")
        }
    }
}
