import Bytes
import Telemetry
import Testing

// Macros can't look into values that are not copyable.
@Suite struct LabelBuilderTests {
    private static func labelSet(_ builder: borrowing LabelBuilder) -> LabelSet { builder.labelSet }

    private static func count(_ builder: borrowing LabelBuilder) -> Int { builder.count }

    private static func duplicateName(_ builder: borrowing LabelBuilder) -> String? {
        guard let range = builder.duplicateName else { return nil }
        return builder.text.span.extracting(range).text
    }

    @Test func setsRenamesAndRemoves() {
        var builder = LabelBuilder()
        builder.set("b", "1")
        builder.set("a", "2")
        builder.set("b", "3")
        #expect(Self.labelSet(builder) == ["a": "2", "b": "3"])
        builder.set("a", "")
        #expect(Self.labelSet(builder) == ["b": "3"])
        builder.set("gone", "")
        #expect(Self.count(builder) == 1)
    }

    @Test func sortsByBytes() {
        var builder = LabelBuilder()
        for name in ["b", "a", "__name__", "B", "aa"] { builder.set(name, "v") }
        builder.sort()
        let names = builder.entries.map { builder.text.span.extracting($0.name).text }
        #expect(names == ["B", "__name__", "a", "aa", "b"])
        #expect(Self.duplicateName(builder) == nil)
    }

    @Test func findsNamesThatStandTwice() {
        var builder = LabelBuilder()
        let text = Array("ab".utf8)
        for _ in 0..<2 {
            builder.add(text.span.extracting(0..<1), text.span.extracting(1..<2))
        }
        builder.sort()
        #expect(Self.duplicateName(builder) == "a")
    }

    @Test func anEmptyBuilderSortsToo() {
        var builder = LabelBuilder()
        builder.sort()
        #expect(Self.duplicateName(builder) == nil)
        #expect(Self.labelSet(builder).isEmpty)
    }
}
