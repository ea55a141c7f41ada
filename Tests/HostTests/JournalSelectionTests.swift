import Testing

@testable import Host

@Suite struct JournalSelectionTests {
    private typealias Match = JournalSelection.Match

    @Test func `nothing said selects everything`() {
        #expect(JournalSelection().isEmpty)
        #expect(JournalSelection().groups == [])
    }

    @Test(arguments: [
        ("kubelet", "kubelet.service"), ("a.b", "a.b.service"), ("x.socket", "x.socket"),
        ("machine.slice", "machine.slice"), ("session-1.scope", "session-1.scope"),
        ("getty@tty1", "getty@tty1.service"), ("home.mount", "home.mount"),
    ])
    func `units without suffix are services`(name: String, unit: String) {
        #expect(JournalSelection.unitName(name) == unit)
    }

    @Test(arguments: [
        ("_TRANSPORT=kernel", "_TRANSPORT", "kernel"), ("A=", "A", ""), ("X=a=b", "X", "a=b"),
        ("SYSLOG_IDENTIFIER=föö", "SYSLOG_IDENTIFIER", "föö"),
    ])
    func `matches are field and value`(text: String, field: String, value: String) {
        #expect(Match(parsing: text) == Match(field, value))
    }

    @Test(arguments: ["", "=", "=x", "_TRANSPORT", "lower=x", "A B=x", "Ä=x"])
    func `other texts are no match`(text: String) {
        #expect(Match(parsing: text) == nil)
    }

    @Test func `fields have sixty four letters at most`() {
        #expect(JournalSelection.isField(String(repeating: "A", count: 64)))
        #expect(!JournalSelection.isField(String(repeating: "A", count: 65)))
        #expect(!JournalSelection.isField(""))
        #expect(JournalSelection.isField("_0_Z"))
    }

    @Test func `a priority takes the graver ones along`() {
        var selection = JournalSelection()
        selection.priority = 2
        #expect(selection.groups == [[["0", "1", "2"].map { Match("PRIORITY", $0) }]])
        #expect(!selection.isEmpty)
    }

    @Test func `what others say of a unit belongs to it`() {
        var selection = JournalSelection()
        selection.units = ["kubelet.service"]
        let terms = selection.groups[0]
        #expect(terms.contains([Match("_SYSTEMD_UNIT", "kubelet.service")]))
        #expect(terms.contains([Match("_PID", "1"), Match("UNIT", "kubelet.service")]))
        let byRoot = [Match("_UID", "0"), Match("OBJECT_SYSTEMD_UNIT", "kubelet.service")]
        #expect(terms.contains(byRoot))
        #expect(!terms.contains { $0.contains { $0.field == "_SYSTEMD_SLICE" } })
        selection.units = ["machine.slice"]
        #expect(selection.groups[0].contains([Match("_SYSTEMD_SLICE", "machine.slice")]))
    }

    @Test func `kinds of conditions have to hold together`() {
        var selection = JournalSelection()
        selection.units = ["a.service", "b.service"]
        selection.matches = [Match("X", "1"), Match("X", "2"), Match("Y", "3")]
        selection.identifiers = ["i", "j"]
        selection.priority = 0
        let groups = selection.groups
        #expect(groups.count == 4)
        #expect(groups[0].count == 8)
        #expect(groups[1] == [selection.matches])
        #expect(groups[2] == [["i", "j"].map { Match("SYSLOG_IDENTIFIER", $0) }])
        #expect(groups[3] == [[Match("PRIORITY", "0")]])
    }
}
