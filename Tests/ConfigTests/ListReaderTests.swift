import Testing

@testable import Config

/// Lists and maps of values.
@Suite
struct ListReaderTests {
    @Test func `lists are read in both notations`() throws {
        let reading = try Reading("a: [x, 1, yes]\nb:\n- p\n- 'q r'\nc: []\nd:\n") { node in
            #expect(node.strings("a", "") == ["x", "1", "yes"])
            #expect(node.strings("b", "") == ["p", "q r"])
            #expect(node.strings("c", default: ["z"], "").isEmpty)
            #expect(node.strings("d", default: ["z"], "") == ["z"])
            #expect(node.strings("e", default: ["z"], "") == ["z"])
        }
        #expect(reading.problems.isEmpty)
    }

    @Test func `a single value is a list of one only where that is meant`() throws {
        let reading = try Reading("a: x\nb: x\n") { node in
            #expect(node.strings("a", orSingle: true, "") == ["x"])
            #expect(node.strings("b", default: ["z"], "") == ["z"])
        }
        #expect(
            reading.problems == [
                "m.yaml:2:4: error: b: expected a list, found a single value; write [a, b], or "
                    + "one item a line, each starting with `- `"
            ]
        )
    }

    @Test func `wrong items are named by their place and left out`() throws {
        let reading = try Reading("a: [1, x, 3, [4], ~, 5]\n") { node in
            node.list("a", of: .int(in: 0...9), "")
        }
        #expect(reading.value == nil)
        #expect(
            reading.problems == [
                "m.yaml:1:8: error: a[1]: expected a whole number, found \"x\"",
                "m.yaml:1:14: error: a[3]: expected a whole number, found a list",
                "m.yaml:1:19: error: a[4]: expected a whole number, found nothing",
            ]
        )
    }

    @Test func `maps keep order and places`() throws {
        let text = "labels:\n  zone: a\n  app.kubernetes.io/name: ${APP}\n  n: 1\n"
        let reading = try Reading(text, environment: ["APP": "web"]) { node in
            node.stringMap("labels", "")
        }
        #expect(reading.value?.map(\.name) == ["zone", "app.kubernetes.io/name", "n"])
        #expect(reading.value?.map(\.value) == ["a", "web", "1"])
        #expect(reading.value?.map(\.location.line) == [2, 3, 4])
        #expect(
            reading.value?.map(\.location.path) == [
                "labels.zone", "labels.\"app.kubernetes.io/name\"", "labels.n",
            ]
        )
    }

    @Test func `maps of lists are read, as Prometheus's params`() throws {
        let reading = try Reading("params: {module: [a, b], target: c}\n") { node in
            node.listMap("params", of: .string(), orSingle: true, "")
        }
        #expect(reading.value?.map(\.value) == [["a", "b"], ["c"]])
    }

    @Test func `what is wrong with a map is named`() throws {
        let reading = try Reading("a: [x]\nb: {c: [1], n: ~}\nd: {e: f}\ng:\n") { node in
            _ = node.stringMap("a", "")
            _ = node.stringMap("b", "")
            _ = node.listMap("d", of: .string(), "")
            #expect(node.stringMap("g", "").isEmpty)
        }
        #expect(
            reading.problems == [
                "m.yaml:1:4: error: a: expected a mapping, found a list",
                "m.yaml:2:8: error: b.c: expected a text, found a list",
                "m.yaml:3:8: error: d.e: expected a list, found a single value; write [a, b], or "
                    + "one item a line, each starting with `- `",
            ]
        )
    }
}
