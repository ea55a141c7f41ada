import Bytes
import CCurl
import Pipeline
import Synchronization

/// One exchange under way.
///
/// Whoever sends it fills it in; from `CurlLoop.start` on only the I/O thread touches it, except
/// for the atomic flag and the mailbox, and for the body while that is with the taker.
final class CurlTransfer {
    /// What the I/O thread tells who sent the transfer.
    enum Event: Sendable {
        /// A piece, whose body the I/O thread leaves alone until it is told to go on.
        case piece(HTTPResponse)
        case end(CurlLoop.Outcome)
    }

    let request: HTTPRequest
    let material: RequestMaterial
    /// When its time is over.
    let deadline: ContinuousClock.Instant
    let isCancelled = Atomic<Bool>(false)
    private let mailbox = Mutex(Mailbox())

    /// Where it is on the I/O thread.
    var stage = Stage.created
    /// Set while the transfer is libcurl's.
    var handle: CurlHandle?
    /// The final answer's header fields so far.
    var headers = HTTPHeaderLines(limit: 0)
    /// The answer's body so far.
    var body: AnswerBody
    /// Why the answer was not taken.
    var refusal: Refusal?
    /// Where it says that it has a piece to give out.
    var ready: ReadyTransfers?
    /// The piece that is with the taker.
    private var piece: Payload?
    /// Whether libcurl has been told to wait until there is room again.
    private(set) var isPaused = false

    enum Stage {
        /// Not yet seen by the I/O thread, which may hear of its end first.
        case created
        case waiting
        case running
        /// The body holds a piece that has yet to be given out.
        case ready
        /// The taker has a piece.
        case taking
        case ended
    }

    /// Whether the I/O thread has it.
    var isUnderWay: Bool { self.stage != .created && self.stage != .ended }

    enum Refusal {
        case headers
        case body(AnswerBody.Refusal)
    }

    private struct Mailbox {
        var event: Event?
        var reader: CheckedContinuation<Event, Never>?
    }

    init(
        _ request: HTTPRequest,
        _ material: RequestMaterial,
        until deadline: ContinuousClock.Instant,
    ) {
        self.request = request
        self.material = material
        self.deadline = deadline
        self.body = AnswerBody(of: request)
    }

    /// The transfer that `easy` carries.
    static func of(_ easy: UnsafeMutableRawPointer) -> CurlTransfer? {
        var context: UnsafeMutableRawPointer?
        _ = unsafe ccurl_get_pointer(easy, CURLINFO_PRIVATE, &context)
        guard let context = unsafe context else { return nil }
        return unsafe Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue()
    }

    /// Takes a line of the answer's head; false ends the transfer.
    func received(header line: borrowing Span<UInt8>) -> Bool {
        // What looks like a status line behind the body is a trailer.
        let isStatusLine = HTTPHeaderLines.isStatusLine(line) && !self.body.isUnderWay
        if isStatusLine { self.body.restart() }
        if !self.headers.take(line, isStatusLine: isStatusLine) {
            self.refusal = .headers
            return false
        }
        let isEndOfHead = line.count <= 2 && !self.body.isUnderWay
        if isEndOfHead, self.isTakenEagerly { self.noteReady() }
        return true
    }

    /// Takes bytes of the answer's body.
    ///
    /// - Returns: What libcurl is to be told: their number, to pause, or 0 for the end.
    func received(body bytes: borrowing Span<UInt8>) -> Int {
        let isTakenEagerly = self.isTakenEagerly
        let isWhole = !isTakenEagerly && self.request.pieces?.isEager == true
        switch self.body.take(bytes, under: self.headers.fields, isWhole: isWhole) {
        case .taken:
            if isTakenEagerly, !self.body.payload.bytes.isEmpty { self.noteReady() }
            return bytes.count
        case .full:
            self.isPaused = true
            self.noteReady()
            return Int(ccurl_pause)
        case .refused(let refusal):
            self.refusal = .body(refusal)
            return 0
        }
    }

    /// Whether this answer's pieces are handed over as they come.
    private var isTakenEagerly: Bool {
        guard self.request.pieces?.isEager == true, let status = self.handle?.status else {
            return false
        }
        return (200..<300).contains(status)
    }

    /// Lets the piece be given out, unless the taker is still at work on the last one.
    private func noteReady() {
        if self.stage != .running { return }
        self.stage = .ready
        self.ready?.append(self)
    }
}

// The taker's side.
extension CurlTransfer {
    /// Gives the taker what has come.
    func giveOut(_ status: Int) {
        let piece = self.body.handOver()
        self.piece = piece
        self.stage = .taking
        self.tell(
            .piece(HTTPResponse(status: status, headers: self.headers.fields, body: piece))
        )
    }

    /// Goes on after a piece has been taken.
    ///
    /// - Returns: Whether libcurl is to be told that there is room again.
    func takeBack() -> Bool {
        if let piece = self.piece.take() { self.body.takeBack(piece) }
        self.stage = .running
        // What came meanwhile; when not eager, nothing did.
        if !self.body.payload.bytes.isEmpty { self.noteReady() }
        let wasPaused = self.isPaused
        self.isPaused = false
        return wasPaused
    }
}

extension CurlTransfer {
    /// The answer as far as it has come.
    func response(_ status: Int) -> HTTPResponse {
        HTTPResponse(status: status, headers: self.headers.fields, body: self.body.payload)
    }
}

// The way back to who sent it.
extension CurlTransfer {
    /// Leaves what happened for the sender.
    func tell(_ event: Event) {
        let reader = self.mailbox.withLock { mailbox in
            let reader = mailbox.reader.take()
            if reader == nil { mailbox.event = event }
            return reader
        }
        reader?.resume(returning: event)
    }

    /// Waits for what happens next.
    func next() async -> Event {
        await withCheckedContinuation { continuation in
            let event = self.mailbox.withLock { mailbox in
                let event = mailbox.event.take()
                if event == nil { mailbox.reader = continuation }
                return event
            }
            if let event { continuation.resume(returning: event) }
        }
    }
}

// Handed over under the inbox's lock and given back by the mailbox; see above.
extension CurlTransfer: @unchecked Sendable {}
