import Agent
import Logging
import Synchronization
import Testing

@Suite struct StandardErrorLogTests {
    /// The lines a logger writes.
    private final class Lines: Sendable {
        private let text = Mutex("")

        func logger(_ style: StandardErrorLog.Style, level: Logger.Level = .info) -> Logger {
            Logger(label: "test") { _ in
                StandardErrorLog(style: style, level: level) { [self] line in
                    let copy = unsafe line.withUnsafeBufferPointer {
                        unsafe String(decoding: $0, as: UTF8.self)
                    }
                    self.text.withLock { $0 += copy }
                }
            }
        }

        var all: String { self.text.withLock { $0 } }
    }

    @Test func writesOneJSONObjectALine() {
        let lines = Lines()
        lines.logger(.json).warning(
            "the receiver refused a request",
            metadata: ["sink": "es", "reason": "a \"quoted\"\nline"],
        )
        let expected =
            #","level":"warning","message":"the receiver refused a request","#
            + #""reason":"a \"quoted\"\nline","sink":"es"}"#
        #expect(lines.all.hasPrefix(#"{"time":"2"#))
        #expect(lines.all.hasSuffix(expected + "\n"))
    }

    @Test func writesTextForPeople() {
        let lines = Lines()
        lines.logger(.text).error("no space", metadata: ["path": "/a b", "free": "0"])
        #expect(lines.all.hasSuffix("Z ERROR    no space free=0 path=\"/a b\"\n"))
    }

    @Test func leavesOutWhatIsBelowTheLevel() {
        let lines = Lines()
        lines.logger(.text, level: .warning).info("quiet")
        #expect(lines.all == "")
    }
}
