import Codecs
import Config
import Host
import Testing

@testable import LogSources

@Suite struct JournalOptionsTests {
    private func read(_ text: String) throws -> (JournalOptions?, String) {
        let document = try ConfigDocument.parse(text)
        let (options, report) = ConfigLoader.read(from: document) { node throws(ConfigError) in
            try JournalOptions(from: &node)
        }
        return (options, "\(report)")
    }

    @Test func `everything has a default`() throws {
        let options = try #require(try self.read("{}").0)
        #expect(options.paths == [])
        #expect(options.selection.isEmpty)
        #expect(options.fields == JournalFieldNames.usual)
        #expect(options.entriesPerSecond == nil)
        #expect(options.maxLineBytes == 1 << 20)
    }

    @Test func `one word is as good as a list of one`() throws {
        let options = try #require(
            try self.read(
                "{path: /j/, units: kubelet, matches: A=b, identifiers: sudo, priority: err}"
            ).0
        )
        #expect(options.paths == ["/j"])
        #expect(options.selection.units == ["kubelet.service"])
        #expect(options.selection.matches == [JournalSelection.Match("A", "b")])
        #expect(options.selection.identifiers == ["sudo"])
        #expect(options.selection.priority == 3)
    }

    @Test func `the root of the file system keeps its slash`() throws {
        #expect(try self.read("{paths: [/, //, /a//]}").0?.paths == ["/", "/", "/a"])
    }

    @Test(arguments: [
        ("{path: /a, paths: [/b]}", "use one"),
        ("{units: ['kube*']}", "without patterns"),
        ("{units: ['']}", "without patterns"),
        ("{matches: [kernel]}", "_TRANSPORT=kernel"),
        ("{matches: ['lower=1']}", "_TRANSPORT=kernel"),
        ("{priority: loud}", "priority"),
        ("{fields: [lower]}", "_SYSTEMD_UNIT"),
        ("{max_line_bytes: 1}", "max_line_bytes"),
        ("{entries_per_second: 0}", "entries_per_second"),
        ("{read_from: middle}", "read_from"),
        ("{unit: kubelet}", "units"),
    ])
    func `what makes no sense is refused with a remedy`(text: String, remedy: String) throws {
        let (_, report) = try self.read(text)
        #expect(report.contains(remedy), "\(report)")
    }

    @Test func `fields have a limit`() throws {
        let names = (0...JournalFieldNames.limit).map { "F\($0)" }.joined(separator: ", ")
        let (_, report) = try self.read("{fields: [\(names)]}")
        #expect(report.contains("at most"), "\(report)")
        #expect(try self.read("{fields: ['*']}").0?.fields == ["*"])
    }
}
