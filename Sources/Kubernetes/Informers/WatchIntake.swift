import Bytes
import Codecs
import Pipeline
import Synchronization

/// Takes a watch's events in while they arrive.
final class WatchIntake<Object: APIObject>: Sendable {
    /// What a watch has come to.
    struct Course: Sendable {
        /// Where the next watch goes on; nil while what the cluster holds is not complete.
        var position: String?
        /// Events so far, bookmarks among them.
        var events = 0
        /// Whether the server has answered.
        var isOpen = false
        /// What the server ended the watch with.
        var failure: APIFailure?
    }

    private struct State: ~Copyable {
        var framer: WatchFramer
        var reader: WatchReader<Object>
    }

    private let clock: any AgentClock
    private let begun: Int64
    private let health: WatchHealth
    private let meters: InformerMeters
    private let state: Mutex<State>

    /// Begins a watch at `position`; nil when it is to begin with all that there is.
    init(
        _ objects: ObjectIntake<Object>,
        _ request: APIRequest,
        from position: String?,
        objectBytes: Int,
        clock: any AgentClock,
        health: WatchHealth,
    ) {
        self.clock = clock
        self.begun = clock.monotonicNanoseconds
        self.health = health
        self.meters = objects.meters
        let reader = WatchReader(objects, request, from: position)
        self.state = Mutex(State(framer: WatchFramer(limit: objectBytes), reader: reader))
    }

    /// What the watch has come to so far.
    var course: Course { self.state.withLock { $0.reader.course } }

    /// Takes what has arrived; the first time says that the watch is open.
    ///
    /// - Returns: Whether the watch goes on.
    func take(_ response: HTTPResponse) -> Bool {
        self.state.withLock { state in
            if !state.reader.course.isOpen {
                state.reader.course.isOpen = true
                self.meters.watches.add(1)
            }
            let before = state.reader.course.events
            Self.feed(response.body.bytes, &state.framer, &state.reader)
            if state.reader.course.events > before, state.reader.course.failure == nil {
                self.health.isWell(since: self.begun)
                self.meters.lastEvent.set(Double(self.clock.wallNanoseconds) * 1e-9)
            }
            return state.reader.course.failure == nil
        }
    }

    private static func feed(
        _ body: borrowing OutputBuffer,
        _ framer: inout WatchFramer,
        _ reader: inout WatchReader<Object>,
    ) {
        framer.take(body.span) { event, isWhole in
            if isWhole { reader.take(event) } else { reader.take(head: event) }
        }
    }

    /// Says that the watch is over.
    func end() {
        if self.course.isOpen { self.meters.watches.add(-1) }
    }
}

/// Acts on the events of one watch.
struct WatchReader<Object: APIObject>: Sendable {
    /// The annotation of the bookmark behind what a watch begins with.
    static var endOfInitialEvents: String { "k8s.io/initial-events-end" }

    var objects: ObjectIntake<Object>
    var course = WatchIntake<Object>.Course()
    private let request: APIRequest
    private var isInitial: Bool

    init(_ objects: ObjectIntake<Object>, _ request: APIRequest, from position: String?) {
        self.objects = objects
        self.objects.beginList()
        self.request = request
        self.course.position = position
        self.isInitial = position == nil
    }

    /// Takes one event; nothing after one that ends the watch.
    mutating func take(_ line: borrowing Span<UInt8>) {
        if self.course.failure != nil { return }
        let event: (kind: WatchEvent.Kind, object: Range<Int>)
        do {
            event = try WatchEvent.read(line)
        } catch {
            self.objects.meters.unreadable.add()
            return
        }
        self.objects.meters.count(event.kind)
        self.course.events += 1
        let object = line.extracting(event.object)
        switch event.kind {
        case .added, .modified:
            self.moveOn(to: self.objects.update(object, isListed: self.isInitial))
        case .deleted:
            self.moveOn(to: self.objects.remove(object))
        case .bookmark:
            self.takeBookmark(object)
        case .error:
            let status = (try? StatusObject(json: object)) ?? StatusObject()
            self.course.failure = APIFailure(event: status, of: self.request)
        case .unknown:
            break
        }
    }

    /// Takes the beginning of an event that is too large.
    ///
    /// What is gone is gone, however large it was; of one that is new or different, what was known
    /// of it stays.
    mutating func take(head: borrowing Span<UInt8>) {
        if self.course.failure != nil { return }
        let head = WatchEventHead(head)
        let isNamed = !head.name.isEmpty && head.namespace.isEmpty != Object.resource.isNamespaced
        guard let kind = head.kind, isNamed else {
            self.objects.meters.unreadable.add()
            return
        }
        self.objects.meters.count(kind)
        self.course.events += 1
        let key = ObjectStore<Object>.Key(head.namespace, head.name)
        switch kind {
        case .deleted: self.objects.remove(key)
        case .added, .modified: self.objects.leaveOut(key, isListed: self.isInitial)
        case .bookmark, .error, .unknown: self.objects.meters.unreadable.add()
        }
        self.moveOn(to: head.resourceVersion)
    }

    private mutating func takeBookmark(_ object: borrowing Span<UInt8>) {
        guard let metadata = try? ObjectMetadata(ofObject: object) else {
            self.objects.meters.unreadable.add()
            return
        }
        if self.isInitial, metadata.annotation(Self.endOfInitialEvents) == "true" {
            self.isInitial = false
            self.objects.finishList()
        }
        self.moveOn(to: metadata.resourceVersion)
    }

    /// What a watch begins with is in no order, so its versions say nothing.
    private mutating func moveOn(to version: String?) {
        guard let version, !version.isEmpty, !self.isInitial else { return }
        self.course.position = version
    }
}
