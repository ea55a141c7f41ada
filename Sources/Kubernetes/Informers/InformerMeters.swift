import Codecs
import Pipeline

/// What the watches of one resource count.
struct InformerMeters: Sendable {
    let unreadable: Counter
    let turnedAway: Counter
    let objects: Gauge
    let watches: Gauge
    let lastEvent: Gauge
    private let added: Counter
    private let modified: Counter
    private let deleted: Counter
    private let bookmark: Counter
    private let error: Counter
    private let unknown: Counter

    init(_ meters: Meters, _ resource: APIResource) {
        let label = MeterLabel("resource", resource.name)
        self.unreadable = meters.counter(
            "martlet_kubernetes_objects_unreadable_total",
            "Objects that were left out because they can't be read or are too large.",
            [label],
        )
        self.turnedAway = meters.counter(
            "martlet_kubernetes_objects_turned_away_total",
            "Objects that were left out because as many as the limit allows are known already.",
            [label],
        )
        self.objects = meters.gauge(
            "martlet_kubernetes_objects",
            "Objects that are known.",
            [label],
        )
        self.watches = meters.gauge(
            "martlet_kubernetes_watches",
            "Watches that are open.",
            [label],
        )
        self.lastEvent = meters.gauge(
            "martlet_kubernetes_last_event_timestamp_seconds",
            "When any watch had its last event or bookmark, in seconds since 1970.",
        )
        func events(_ type: String) -> Counter {
            meters.counter(
                "martlet_kubernetes_watch_events_total",
                "Events of watches; unknown are those of a type that is not known.",
                [label, MeterLabel("type", type)],
            )
        }
        self.added = events("added")
        self.modified = events("modified")
        self.deleted = events("deleted")
        self.bookmark = events("bookmark")
        self.error = events("error")
        self.unknown = events("unknown")
    }

    /// Counts an event.
    func count(_ kind: WatchEvent.Kind) {
        switch kind {
        case .added: self.added.add()
        case .modified: self.modified.add()
        case .deleted: self.deleted.add()
        case .bookmark: self.bookmark.add()
        case .error: self.error.add()
        case .unknown: self.unknown.add()
        }
    }
}
