import Telemetry
import Testing

@Suite struct LabelSetTests {
    @Test func sortsByBytesAndReplaces() {
        let set = LabelSet([("b", "1"), ("a", "2"), ("B", "3"), ("b", "4"), ("é", "5")])
        #expect(set.labels.map(\.name) == ["B", "a", "b", "é"])
        #expect(set["b"] == "4")
        #expect(set["c"] == nil)
    }

    @Test func anEmptyValueIsNoLabel() {
        var set: LabelSet = ["a": "1", "b": ""]
        #expect(set.labels.map(\.name) == ["a"])
        set["a"] = ""
        #expect(set.isEmpty)
        set["x"] = nil
        #expect(set.isEmpty)
    }

    @Test func isShownAsPrometheusDoes() {
        let set: LabelSet = ["b": "say \"hi\"\n", "a": "back\\slash"]
        #expect(set.description == #"{a="back\\slash", b="say \"hi\"\n"}"#)
    }
}
