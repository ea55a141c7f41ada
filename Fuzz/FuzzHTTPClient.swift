import Bytes
import Codecs
import Fuzzing
import Pipeline

@testable import Transport

/// What outgoing HTTP reads: bodies in pieces, tokens' answers, credentials files, `no_proxy`.
@main enum FuzzHTTPClient {
    static func main() { fuzz(Self.test) }

    private static func test(_ input: inout FuzzInput) {
        switch input.choice(4) {
        case 0: Self.testBody(&input)
        case 1: Self.testToken(input.rest())
        case 2: Self.testProfile(&input)
        default: Self.testProxy(&input)
        }
    }

    // However a body comes and is taken, it is the same bytes, or the same refusal.
    private static func testBody(_ input: inout FuzzInput) {
        let isCompressed = input.choice(2) == 1
        let pieceSize = 1 + input.choice(64)
        let chunkSize = 1 + input.choice(32)
        let limit = 1 + Int(input.byte()) * 16
        let bytes = input.rest()
        let whole = Self.read(bytes, isCompressed, chunk: max(bytes.count, 1), limit, piece: nil)
        let parts = Self.read(bytes, isCompressed, chunk: chunkSize, limit, piece: pieceSize)
        // A body may be damaged at its limit: which of the two is seen depends on how it comes.
        let isTaken = whole.verdict == "taken"
        invariant(isTaken == (parts.verdict == "taken"), "\(whole.verdict) or \(parts.verdict)")
        if whole.verdict == "taken" {
            invariant(whole.bytes == parts.bytes, "pieces are other bytes than the whole")
            invariant(whole.isWhole == parts.isWhole, "the end is seen in one way only")
        }
        let eager = Self.read(
            bytes,
            isCompressed,
            chunk: chunkSize,
            limit,
            piece: pieceSize,
            isEager: true,
        )
        invariant(isTaken == (eager.verdict == "taken"), "\(parts.verdict) or \(eager.verdict)")
        // How far a damaged body is inflated depends on the room that there was.
        if parts.verdict == "taken" { invariant(eager == parts, "eager pieces are other bytes") }
        invariant(whole.bytes.count <= limit, "more than the limit")
        invariant(parts.bytes.count <= limit, "more than the limit in pieces")
    }

    private static func read(
        _ bytes: [UInt8],
        _ isCompressed: Bool,
        chunk: Int,
        _ limit: Int,
        piece: Int?,
        isEager: Bool = false,
    ) -> (bytes: [UInt8], verdict: String, isWhole: Bool) {
        var request = HTTPRequest(.get, "http://x", acceptsCompressed: true)
        request.responseLimit = limit
        if let piece { request.pieces = HTTPPieces(size: piece, isEager: isEager) { _ in true } }
        var body = AnswerBody(of: request)
        let fields = isCompressed ? [HTTPHeader("Content-Encoding", "gzip")] : []
        var taken: [UInt8] = []
        var start = 0
        while start < bytes.count {
            let end = min(start + chunk, bytes.count)
            let verdict = body.take(bytes[start..<end].span, under: fields, isWhole: false)
            if let piece {
                invariant(body.payload.bytes.count <= piece, "a piece above its size")
            }
            switch verdict {
            case .taken:
                start = end
                if isEager { taken += Self.handOver(&body) }
            case .full:
                invariant(body.payload.bytes.count == piece, "a piece below its size")
                taken += Self.handOver(&body)
            case .refused(.tooLarge):
                return (taken + body.payload.bytes.array, "too large", false)
            case .refused:
                return (taken + body.payload.bytes.array, "damaged", false)
            }
        }
        return (taken + body.payload.bytes.array, "taken", body.isWhole)
    }

    private static func handOver(_ body: inout AnswerBody) -> [UInt8] {
        let piece = body.handOver()
        let bytes = piece.bytes.array
        body.takeBack(piece)
        return bytes
    }

    private static func testToken(_ bytes: [UInt8]) {
        do {
            let answer = try OAuth2Answer(bytes.span)
            invariant(
                answer.field.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F },
                "a token that breaks its line",
            )
            invariant(answer.expiresIn ?? 1 > 0, "a life below a second")
        } catch {
            invariant(!error.reason.isEmpty && error.reason.utf8.count < 100, "no plain reason")
        }
    }

    private static func testProfile(_ input: inout FuzzInput) {
        let name = input.line()
        guard
            let profile = try? AWSProfile(name, in: String(decoding: input.rest(), as: UTF8.self))
        else { return }
        invariant(!profile.accessKey.isEmpty, "a profile without a key")
    }

    private static func testProxy(_ input: inout FuzzInput) {
        let host = input.line()
        let port = Int(input.byte())
        let list = String(decoding: input.rest(), as: UTF8.self)
        let exceptions = ProxyExceptions(list)
        let isDirect = exceptions.matches(host: host, port: port)
        invariant(
            ProxyExceptions("*,\(list)").matches(host: host, port: port),
            "`*` is everything",
        )
        invariant(
            ProxyExceptions("\(list),,").matches(host: host, port: port) == isDirect,
            "an empty entry makes a difference",
        )
    }
}
