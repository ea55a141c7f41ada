package import Pipeline
import Synchronization

/// A name exchange that nobody answers.
package struct SilentNames: NameExchange {
    /// Makes one.
    package init() {}

    package func send(
        _ query: [UInt8],
        to server: NameServer,
        over way: NameTransport,
        timeout: Duration,
    ) async throws(NameFailure) -> [UInt8] {
        throw NameFailure("\(server): no answer in time")
    }
}

/// Answers queries by a closure and keeps who was asked how.
package final class ScriptedNames: NameExchange {
    /// One question: the server, and how it was asked.
    package struct Question: Sendable, Hashable {
        /// Who was asked.
        package let server: NameServer
        /// How.
        package let way: NameTransport
        /// The name between dots, with one at its end.
        package let name: String

        /// Describes a question.
        package init(_ server: NameServer, _ way: NameTransport, _ name: String) {
            self.server = server
            self.way = way
            self.name = name
        }
    }

    private let script: @Sendable (Question) -> (code: UInt8, cut: Bool, records: [[UInt8]])?
    private let questions = Mutex<[Question]>([])

    /// Answers with what `script` says: the code, whether the answer is cut, and records without
    /// owner names; nil stands for no answer.
    package init(
        _ script: @escaping @Sendable (Question) -> (code: UInt8, cut: Bool, records: [[UInt8]])?
    ) {
        self.script = script
    }

    /// What was asked so far, in order.
    package var asked: [Question] { self.questions.withLock { $0 } }

    package func send(
        _ query: [UInt8],
        to server: NameServer,
        over way: NameTransport,
        timeout: Duration,
    ) async throws(NameFailure) -> [UInt8] {
        var name = ""
        var offset = 12
        while query[offset] != 0 {
            let end = offset + 1 + Int(query[offset])
            name += String(decoding: query[offset + 1..<end], as: UTF8.self) + "."
            offset = end
        }
        let question = Question(server, way, name)
        self.questions.withLock { $0.append(question) }
        guard let answer = self.script(question) else {
            throw NameFailure("\(server): no answer in time")
        }
        var bytes: [UInt8] = [query[0], query[1], answer.cut ? 0x83 : 0x81, 0x80 | answer.code]
        bytes += [0, 1, UInt8(answer.records.count >> 8), UInt8(answer.records.count & 0xff)]
        bytes += [0, 0, 0, 0]
        bytes += query[12..<offset + 5]
        // Each record's owner is a pointer to the question's name.
        for record in answer.records { bytes += [0xc0, 12] + record }
        return bytes
    }

    /// A record without its owner's name: type, class IN, a time to live, and data.
    package static func record(_ type: UInt16, _ data: [UInt8]) -> [UInt8] {
        [UInt8(type >> 8), UInt8(type & 0xff), 0, 1, 0, 0, 0, 60]
            + [UInt8(data.count >> 8), UInt8(data.count & 0xff)] + data
    }

    /// A name as it stands in a message.
    package static func wire(_ name: String) -> [UInt8] {
        name.split(separator: ".").flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) } + [0]
    }
}
