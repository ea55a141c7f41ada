import Testing

@testable import LogSources

@Suite struct JournalDamageTests {
    private let file = JournalStretchTests.file("a@1.journal", 10...20)

    @Test func `a file is left until it grows`() {
        var damage = JournalDamage()
        #expect(!damage.forbids(self.file))
        damage.add(self.file)
        #expect(damage.forbids(self.file))
        #expect(!damage.forbids(JournalStretchTests.file("b@1.journal", 10...20)))
        var grown = JournalStretchTests.file("a@1.journal", 10...21)
        #expect(!damage.forbids(grown))
        damage.add(grown)
        #expect(damage.forbids(grown))
        grown = JournalStretchTests.file("a@1.journal", 10...22)
        #expect(!damage.forbids(grown))
    }

    @Test func `numbers are counted once however files overlap`() {
        var damage = JournalDamage()
        #expect(damage.overlap(0..<100) == 0)
        #expect(damage.last == nil)
        damage.add(self.file)
        damage.add(JournalStretchTests.file("b@1.journal", 15...30))
        damage.add(JournalStretchTests.file("c@1.journal", 17...18))
        damage.add(JournalStretchTests.file("d@1.journal", 40...41))
        #expect(damage.overlap(0..<100) == 23)
        #expect(damage.overlap(0..<10) == 0)
        #expect(damage.overlap(20..<21) == 1)
        #expect(damage.overlap(25..<41) == 7)
        #expect(damage.overlap(42..<50) == 0)
        #expect(damage.last == 41)
    }

    @Test func `what is gone and passed is forgotten`() {
        var damage = JournalDamage()
        damage.add(self.file)
        damage.forget(below: 20, but: [])
        #expect(damage.forbids(self.file))
        damage.forget(below: 21, but: [self.file])
        #expect(damage.forbids(self.file))
        damage.forget(below: 21, but: [])
        #expect(!damage.forbids(self.file))
    }
}
