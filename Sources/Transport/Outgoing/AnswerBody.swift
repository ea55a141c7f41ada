import Bytes
import Codecs
import Pipeline

/// Where the bytes of an answer go: inflated, counted against the limit, and cut into pieces.
///
/// Libcurl could inflate, too, but goes on doing so while a transfer is paused: 64 KiB of input may
/// become as many megabytes. Here no more is inflated than the piece has room for.
struct AnswerBody {
    /// What became of a chunk.
    enum Verdict {
        /// All of it has been used.
        case taken
        /// The piece is full and more follows: the same chunk is to come again when it is empty.
        case full
        case refused(Refusal)
    }

    /// Why an answer's body is not taken.
    enum Refusal {
        case tooLarge
        case damaged
        /// Compressed in a way that was not asked for.
        case encoding(String)
    }

    /// How much is inflated between two looks at the room.
    private static let stepBytes = 64 << 10
    /// What an eager piece keeps of its memory: most of the time little arrives, and for minutes.
    private static let restingBytes = 8 << 10

    /// The piece that is being filled.
    private(set) var payload: Payload
    private let pieceSize: Int
    private let limit: Int
    /// Whether a piece may be filled while the last one is with its taker.
    private let isEager: Bool
    /// What a piece is filled into while the other one is with its taker.
    private var spare: Payload?
    private let inflates: Bool
    private var total = 0
    /// Bytes of the chunk at hand that have been used.
    private var used = 0
    /// A byte that had to be inflated to see that there is more.
    private var ahead: UInt8?
    private var inflater: GzipInflater?
    private var hasBegun = false

    /// Describes where `request`'s answer goes.
    init(of request: HTTPRequest) {
        self.payload = request.reusing ?? Payload()
        self.payload.bytes.removeAll()
        self.isEager = request.pieces?.isEager ?? false
        self.pieceSize = request.pieces?.size ?? Int.max
        self.limit = request.responseLimit
        self.inflates = request.acceptsCompressed
    }

    /// Whether bytes of a body have come; what comes as a header after that is a trailer.
    var isUnderWay: Bool { self.hasBegun }

    /// Forgets an earlier answer: an interim one, or a redirect.
    mutating func restart() {
        self.payload.bytes.removeAll()
        self.total = 0
        self.used = 0
        self.ahead = nil
        self.inflater = nil
        self.hasBegun = false
    }

    /// Takes a chunk of the body of an answer with these header fields; `isWhole` is set for one that
    /// is not cut into pieces, but may be no larger than one.
    mutating func take(
        _ chunk: borrowing Span<UInt8>,
        under headers: [HTTPHeader],
        isWhole: Bool,
    ) -> Verdict {
        if chunk.isEmpty { return .taken }
        if !self.hasBegun {
            self.hasBegun = true
            if self.inflates, let refusal = self.begin(headers) { return .refused(refusal) }
        }
        let limit = isWhole ? min(self.limit, self.pieceSize) : self.limit
        while true {
            let room = min(self.pieceSize - self.payload.bytes.count, limit - self.total)
            let reading = room > 0 ? self.fill(from: chunk, room) : self.lookAhead(in: chunk)
            switch reading {
            case .more where room > 0:
                continue
            case .more:
                return self.total >= limit ? .refused(.tooLarge) : .full
            case .usedUp:
                self.used = 0
                return .taken
            case .damaged:
                return .refused(.damaged)
            }
        }
    }

    /// Whether the body is whole now that no more comes.
    var isWhole: Bool { self.inflater?.isAtEnd ?? true }

    /// Gives the piece away, which is its taker's until it comes back.
    mutating func handOver() -> Payload {
        let piece = self.payload
        if self.isEager {
            self.payload = self.spare.take() ?? Payload()
        }
        return piece
    }

    /// Takes an emptied piece back.
    mutating func takeBack(_ piece: Payload) {
        piece.bytes.removeAll()
        if !self.isEager { return }
        piece.bytes.shrink(to: Self.restingBytes)
        self.spare = piece
    }
}

extension AnswerBody {
    /// How far the chunk at hand has been read.
    private enum Reading {
        case usedUp
        /// There may be more, or, after looking ahead, there is.
        case more
        case damaged
    }

    /// Looks at how the body is compressed; a refusal when that is not known here.
    private mutating func begin(_ headers: [HTTPHeader]) -> Refusal? {
        for field in headers where field.name.lowercased() == "content-encoding" {
            switch field.value.lowercased() {
            case "", "identity":
                continue
            case "gzip" where self.inflater == nil, "x-gzip" where self.inflater == nil:
                self.inflater = GzipInflater()
                if self.inflater == nil { return .damaged }
            default:
                return .encoding(field.value)
            }
        }
        return nil
    }

    /// Moves at most `room` bytes into the piece.
    private mutating func fill(from chunk: borrowing Span<UInt8>, _ room: Int) -> Reading {
        let before = self.payload.bytes.count
        if let ahead = self.ahead.take() {
            self.payload.bytes.append(ahead)
            self.total += 1
            return .more
        }
        guard let inflater = self.inflater else {
            let amount = min(room, chunk.count - self.used)
            self.payload.bytes.append(chunk.extracting(self.used..<self.used + amount))
            self.used += amount
            self.total += amount
            return self.used == chunk.count ? .usedUp : .more
        }
        let step = min(room, Self.stepBytes)
        let isSound = inflater.inflate(
            chunk,
            from: &self.used,
            into: &self.payload.bytes,
            room: step,
        )
        let amount = self.payload.bytes.count - before
        self.total += amount
        if !isSound { return .damaged }
        return amount < step ? .usedUp : .more
    }

    /// Whether bytes follow that the piece has no room for.
    private mutating func lookAhead(in chunk: borrowing Span<UInt8>) -> Reading {
        guard let inflater = self.inflater else {
            return self.used == chunk.count ? .usedUp : .more
        }
        if self.ahead != nil { return .more }
        var byte = OutputBuffer(capacity: 1)
        if !inflater.inflate(chunk, from: &self.used, into: &byte, room: 1) { return .damaged }
        if byte.isEmpty { return .usedUp }
        self.ahead = byte.span[0]
        return .more
    }
}
