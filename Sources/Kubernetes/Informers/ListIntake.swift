import Bytes
import Codecs
import Pipeline
import Synchronization

/// Takes a list in, page by page, while it arrives.
final class ListIntake<Object: APIObject>: Sendable {
    private struct State: ~Copyable {
        var framer: ListFramer
        var objects: ObjectIntake<Object>
        var problem: ObjectUnreadable?
    }

    /// What a page says of the list.
    struct Page {
        let resourceVersion: String
        /// Asks for the next page; empty on the last one.
        let continueToken: String
    }

    private let objectBytes: Int
    private let state: Mutex<State>

    init(_ objects: ObjectIntake<Object>, objectBytes: Int) {
        self.objectBytes = objectBytes
        self.state = Mutex(State(framer: ListFramer(limit: objectBytes), objects: objects))
    }

    /// Takes a part of a page.
    ///
    /// - Returns: Whether the rest is of use.
    func take(_ response: HTTPResponse) -> Bool {
        self.state.withLock { state in
            do throws(ObjectUnreadable) {
                try Self.feed(response.body.bytes, &state.framer, &state.objects)
                return true
            } catch {
                state.problem = error
                return false
            }
        }
    }

    private static func feed(
        _ body: borrowing OutputBuffer,
        _ framer: inout ListFramer,
        _ objects: inout ObjectIntake<Object>,
    ) throws(ObjectUnreadable) {
        let before = framer.oversized
        try framer.take(body.span) { item in _ = objects.update(item, isListed: true) }
        objects.meters.unreadable.add(framer.oversized - before)
    }

    /// Why the page is no list.
    var problem: ObjectUnreadable? { self.state.withLock { $0.problem } }

    /// Ends a page and makes ready for the next.
    ///
    /// - Throws: when the page is not whole.
    func endPage() throws(ObjectUnreadable) -> Page {
        try self.state.withLock { state throws(ObjectUnreadable) in
            if let problem = state.problem { throw problem }
            if !state.framer.isComplete {
                throw ObjectUnreadable("expected the end of a list, found that it breaks off")
            }
            let page = Page(
                resourceVersion: state.framer.resourceVersion,
                continueToken: state.framer.continueToken,
            )
            state.framer = ListFramer(limit: self.objectBytes)
            return page
        }
    }

    /// Forgets the pages so far.
    func restart() {
        self.state.withLock { state in
            state.framer = ListFramer(limit: self.objectBytes)
            state.problem = nil
            state.objects.beginList()
        }
    }

    /// Ends the list: what was on none of its pages is gone.
    func finish() { self.state.withLock { $0.objects.finishList() } }
}
