import Bytes
import Testing

@testable import Patterns

@Suite
struct PatternTemplateTests {
    @Test(
        arguments: [
            // The rows of Prometheus's relabeling and of Go's regexp.Expand.
            ("f(.*)", "foo", "ch${1}-ch${1}", "choo-choo"),
            ("f(.*);(.*)r", "foo;bar", "b${1}${2}m", "boobam"),
            ("(.*)", "x", "$1", "x"),
            ("(.*)", "x", "$0", "x"),
            ("(.*)", "x", "${0}!", "x!"),
            (#"(\d+)"#, "7", "$1x", ""),
            (#"(\d+)"#, "7", "${1}x", "7x"),
            ("(?P<job>.*)", "n", "$job/$job", "n/n"),
            ("(?<job>.*)", "n", "${job}s", "ns"),
            ("(?P<job>.*)", "n", "$jobs", ""),
            ("(.*)", "x", "$2", ""),
            ("(.*)", "x", "${unknown}", ""),
            ("(.*)", "x", "$$1", "$1"),
            ("(.*)", "x", "$$$1", "$x"),
            ("(.*)", "x", "100$", "100$"),
            ("(.*)", "x", "$ $-${}", "$ $-${}"),
            ("(.*)", "x", "${1", "${1"),
            ("(.*)", "x", "${1 }", "${1 }"),
            ("(.*)", "x", "$01", ""),
            ("(.*)", "x", "$99999999999999999999", ""),
            ("(a)|(b)", "b", "[$1][$2]", "[][b]"),
            ("(?P<n>a)|(?P<m>b)", "b", "$n$m", "b"),
            ("(.*)", "x", "", ""),
            ("(.*)", "x", "const", "const"),
            ("(ü)(.*)", "üé", "$2$1", "éü"),
        ] as [(String, String, String, String)]
    )
    func expands(pattern: String, input: String, template: String, expected: String) throws {
        let pattern = try Pattern(pattern, anchored: true)
        let template = PatternTemplate(template, for: pattern)
        let source = Array(input.utf8)
        var captures: [Range<Int>?] = []
        #expect(pattern.captures(in: source.span, into: &captures))
        var output = OutputBuffer()
        template.expand(source.span, captures: captures, into: &output)
        #expect(output.text == expected)
        // No more is needed than what is referred to.
        let groups = template.highestGroup
        #expect(pattern.captures(in: source.span, groups: groups, into: &captures))
        #expect(captures.count == groups + 1)
        output.removeAll()
        template.expand(source.span, captures: captures, into: &output)
        #expect(output.text == expected)
    }

    @Test func `a template without references is constant`() throws {
        let pattern = try Pattern("(.*)")
        #expect(PatternTemplate("a$$b", for: pattern).constant == "a$b")
        #expect(PatternTemplate("", for: pattern).constant == "")
        #expect(PatternTemplate("$9", for: pattern).constant == "")
        #expect(PatternTemplate("a$1", for: pattern).constant == nil)
        #expect(PatternTemplate("$1", for: pattern).constant == nil)
    }
}
