import Codecs
import Pipeline

// Changes as they happen.
extension Reflector {
    /// How a watch that begins with everything has ended.
    private enum Beginning: Sendable {
        /// Nothing, or nothing more, came of what it begins with.
        case stalled
        case whole
        case ended(APIFailure?)
    }

    /// Watches until the server ends it; begins with everything when no place is known.
    ///
    /// - Returns: How long to wait before the next watch.
    func watch(_ progress: inout Progress) async throws(APIFailure) -> Duration {
        let limits = self.tools.limits
        let clock = self.tools.clock
        let isInitial = progress.position == nil
        let request = self.request(from: progress.position)
        let intake = WatchIntake<Object>(
            ObjectIntake(self.store, self.meters, limit: limits.objects),
            request,
            from: progress.position,
            objectBytes: limits.objectBytes,
            clock: clock,
            health: self.health,
        )
        let begun = clock.monotonicNanoseconds
        let (failure, isStalled) =
            isInitial
            ? await self.followFromTheStart(request, intake)
            : (await self.follow(request, intake), false)
        intake.end()
        let course = intake.course
        if Task.isCancelled { throw APIFailure(.cancelled, "the watch is no longer wanted") }
        progress.position = course.position
        let isShort = clock.monotonicNanoseconds - begun < limits.shortWatch.nanoseconds
        if course.isOpen, !isShort { self.health.isWell(since: begun) }
        if let failure = course.failure {
            // What the server says in the middle of a watch leaves no place to go on from.
            progress.position = nil
            throw failure
        }
        if isStalled, course.isOpen, course.position == nil {
            self.tools.streaming.noteUnable(self.query.access.server)
            return .zero
        }
        if let failure {
            if isInitial, failure.kind == .invalid {
                self.tools.streaming.noteUnable(self.query.access.server)
                return .zero
            }
            // An open watch whose time is over: the server is silent or gone; a new one will tell.
            if failure.kind == .late, course.isOpen { return .zero }
            throw failure
        }
        if isShort, course.events == 0 {
            throw APIFailure(.unavailable, "the server ends watches at once")
        }
        if course.position == nil {
            self.tools.streaming.noteUnable(self.query.access.server)
        }
        // However it answers, a server is not asked in a tight loop.
        return isShort ? limits.shortWatch : .zero
    }

    private func request(from position: String?) -> APIRequest {
        let limits = self.tools.limits
        let range = limits.watchSeconds
        let seconds = range.lowerBound + Int(Double(range.count) * self.tools.random())
        var request = APIRequest(.watch, Object.resource, self.query)
        request.timeout = .seconds(seconds) + limits.watchMargin
        request.add("watch", "1")
        request.add("allowWatchBookmarks", "true")
        request.add("timeoutSeconds", "\(seconds)")
        request.add("resourceVersion", position ?? "0")
        if position == nil {
            request.add("sendInitialEvents", "true")
            request.add("resourceVersionMatch", "NotOlderThan")
        }
        return request
    }

    /// Takes events until the watch ends; nil when it ended in order.
    private func follow(_ request: APIRequest, _ intake: WatchIntake<Object>) async -> APIFailure? {
        let size = self.tools.limits.watchPiece
        do throws(APIFailure) {
            let last = try await self.tools.client.send(
                request,
                pieces: HTTPPieces(size: size, isEager: true) { piece in intake.take(piece) },
                responseLimit: .max,
            )
            _ = intake.take(last)
            return nil
        } catch {
            return error
        }
    }

    /// As above, but ends a watch that does not come to the end of what it begins with.
    ///
    /// A server that does not know of `sendInitialEvents` never says that the beginning is over.
    private func followFromTheStart(
        _ request: APIRequest,
        _ intake: WatchIntake<Object>,
    ) async -> (failure: APIFailure?, isStalled: Bool) {
        await withTaskGroup(of: Beginning.self) { group in
            group.addTask { .ended(await self.follow(request, intake)) }
            group.addTask { await self.waitForTheBeginning(of: intake) }
            var isStalled = false
            while let news = await group.next() {
                switch news {
                case .whole:
                    continue
                case .stalled:
                    isStalled = true
                    group.cancelAll()
                case .ended(let failure):
                    group.cancelAll()
                    let silence = APIFailure(.late, "the server does not answer")
                    return (isStalled ? silence : failure, isStalled)
                }
            }
            return (nil, isStalled)
        }
    }

    /// Waits as long as something comes of what the watch begins with.
    private func waitForTheBeginning(of intake: WatchIntake<Object>) async -> Beginning {
        var seen: Int?
        while intake.course.position == nil {
            let events = intake.course.events
            if seen == events { return .stalled }
            seen = events
            do {
                try await self.tools.clock.sleep(for: self.tools.limits.initialEventsTime)
            } catch {
                return .whole
            }
        }
        return .whole
    }
}
