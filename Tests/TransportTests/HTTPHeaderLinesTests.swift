import Pipeline
import Testing

@testable import Transport

struct HTTPHeaderLinesTests {
    private func collect(_ lines: [String], limit: Int = 1000) -> (fields: [String], fits: Bool) {
        var collected = HTTPHeaderLines(limit: limit)
        var fits = true
        for line in lines {
            let bytes = Array(line.utf8)
            let isStatusLine = HTTPHeaderLines.isStatusLine(bytes.span)
            fits = collected.take(bytes.span, isStatusLine: isStatusLine) && fits
        }
        return (collected.fields.map { "\($0.name)=\($0.value)" }, fits)
    }

    @Test(arguments: [
        (["HTTP/1.1 200 OK\r\n", "A: b\r\n", "\r\n"], ["A=b"]),
        (["A:b\r\n"], ["A=b"]),
        (["A: b: c \t\r\n"], ["A=b: c"]),
        (["A:\r\n", "B:   \r\n"], ["A=", "B="]),
        (["no colon\r\n", ": no name\r\n", "\r\n", ""], []),
        (["HTTP/1.1 302 Found\r\n", "A: 1\r\n", "\r\n", "HTTP/2 200\r\n", "B: 2\r\n"], ["B=2"]),
        (["HTTP/1.1 103 Early Hints\r\n", "Link: x\r\n", "HTTP/1.1 200 OK\r\n"], []),
        (
            ["HTTP/1.1 200 OK\r\n", "A: 1\r\n", "\r\n", "grpc-status: 0\r\n"],
            ["A=1", "grpc-status=0"],
        ),
    ])
    func keepsTheLastAnswersFields(lines: [String], fields: [String]) {
        #expect(self.collect(lines).fields == fields)
        #expect(self.collect(lines).fits)
    }

    @Test func countsEveryAnswersLines() {
        let lines = ["HTTP/1.1 103 Early Hints\r\n", "Link: x\r\n", "\r\n"]
        let one = lines.joined().utf8.count
        #expect(self.collect(lines + lines, limit: 2 * one).fits)
        #expect(!self.collect(lines + lines, limit: 2 * one - 1).fits)
    }
}
