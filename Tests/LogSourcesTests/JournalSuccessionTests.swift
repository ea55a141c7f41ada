import Host
import Testing

@testable import LogSources

@Suite struct JournalSuccessionTests {
    private static let second: Int64 = 1_000_000_000

    /// A file whose last entry was written at a moment after a start of the machine.
    private static func file(_ name: String, boot: String, at monotonic: UInt64) -> JournalFile {
        JournalFile(
            JournalHandle.File(path: "/j/\(name)", inode: 1),
            JournalFileHeader(
                fileID: name,
                sequenceID: name,
                entries: 10,
                head: 1,
                tail: 10,
                bootID: boot,
                tailMonotonic: monotonic,
            ),
        )
    }

    /// Follows a volatile journal that ends at 100, and then finds another sequence.
    private func beginning(
        boot: String,
        at monotonic: UInt64,
        with moments: [UInt64: Int64] = [:],
        after seconds: Int64 = 1,
    ) -> JournalSuccession.Beginning {
        var succession = JournalSuccession()
        succession.note("volatile", [Self.file("run", boot: "b1", at: 100)], at: 0)
        succession.forget(at: seconds * Self.second)
        return succession.beginning(
            of: "persistent",
            [Self.file("var", boot: boot, at: monotonic)],
            at: seconds * Self.second,
        ) { _, bootID, moment in bootID == "b1" ? moments[moment] : nil }
    }

    @Test func `a sequence that has the last entry goes on behind it`() {
        #expect(self.beginning(boot: "b1", at: 120, with: [100: 57]) == .behind(57))
        #expect(self.beginning(boot: "b1", at: 100, with: [100: 57]) == .behind(57))
    }

    @Test func `entries that are still being moved are waited for`() {
        #expect(self.beginning(boot: "b1", at: 60, with: [60: 5]) == .later)
    }

    @Test func `other journals are read from their beginning`() {
        #expect(self.beginning(boot: "b2", at: 60) == .first)
        #expect(self.beginning(boot: "b1", at: 120, with: [99: 56]) == .first)
    }

    @Test func `what was read long ago is no predecessor`() {
        #expect(self.beginning(boot: "b1", at: 120, with: [100: 57], after: 60) == .first)
    }

    @Test func `a move that does not end is not waited for for ever`() {
        var succession = JournalSuccession()
        let old = [Self.file("run", boot: "b1", at: 100)]
        let new = [Self.file("var", boot: "b1", at: 60)]
        var answers: [JournalSuccession.Beginning] = []
        for second in stride(from: Int64(0), through: 40, by: 5) {
            succession.note("volatile", old, at: second * Self.second)
            succession.forget(at: second * Self.second)
            answers.append(
                succession.beginning(of: "persistent", new, at: second * Self.second) {
                    _,
                    _,
                    _ in nil
                }
            )
        }
        #expect(answers.first == .later)
        #expect(answers.last == .first)
    }
}
