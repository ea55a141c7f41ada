import Codecs
import Testing

struct BulkResponseTests {
    private func read(_ text: String) throws -> BulkResponse {
        let bytes = Array(text.utf8)
        return try BulkResponse(bytes.span)
    }

    @Test func `no errors is all that is read`() throws {
        let answer = try self.read(#"{"took":30,"errors":false,"items":[{"create":{"#)
        #expect(answer.isClean)
    }

    @Test func `items are told in the order of the request`() throws {
        let answer = try self.read(
            #"""
            {"took":30, "errors":true, "items":[
             {"create":{"_index":"a","_id":"1","_shards":{"total":2,"failed":0},"status":201}},
             {"create":{"_index":"a","status":429,"error":{"type":"es_rejected_execution_exception",
              "reason":"queue \"full\"","caused_by":{"type":"x","list":[1,2.5e3,null,true]}}}},
             {"index":{"error":"plain text","status":400}},
             {"create":{"status":200}}
            ]}
            """#
        )
        #expect(!answer.isClean)
        #expect(answer.itemCount == 4)
        #expect(answer.faults.map(\.index) == [1, 2])
        #expect(answer.faults.map(\.status) == [429, 400])
        #expect(answer.faults[0].reason == "es_rejected_execution_exception: queue 'full'")
    }

    @Test func `items may come before the verdict`() throws {
        let answer = try self.read(#"{"items":[{"create":{"status":201}}],"errors":true}"#)
        #expect(answer.itemCount == 1)
        #expect(answer.faults.isEmpty)
    }

    @Test func `reasons are kept for the first few only`() throws {
        let item = #"{"create":{"status":400,"error":{"type":"t","reason":"r"}}}"#
        let items = Array(repeating: item, count: 1000).joined(separator: ",")
        let answer = try self.read(#"{"errors":true,"items":[\#(items)]}"#)
        #expect(answer.faults.count == 1000)
        #expect(answer.faults.filter { !$0.reason.isEmpty }.count == BulkResponse.reasonLimit)
    }

    @Test(arguments: [
        "", " ", "{", "[]", "null", "OK", "<html></html>", "{}", #"{"took":1}"#,
        #"{"errors":maybe}"#, #"{"errors":true,"items":"#, #"{"errors":true,"items":{}}"#,
        #"{"errors":true,"items":[{"create":{"status":"x"}}]}"#, #"{"errors"#, #"{"a\"#,
        #"{"errors":true,"items":[}"#, #"{"took":}"#, #"{"took":1]"#,
        "{\"x\":" + String(repeating: "[", count: 100_000),
    ])
    func `garbage is named as such`(_ text: String) {
        #expect(throws: BulkResponse.Unreadable.self) { try self.read(text) }
    }

    @Test func `an answer cut anywhere is survived`() throws {
        let text =
            #"{"took":1,"errors":true,"items":[{"create":{"status":429,"error":{"type":"a"}}}]}"#
        for length in 0..<text.utf8.count {
            let bytes = Array(text.utf8.prefix(length))
            #expect(throws: BulkResponse.Unreadable.self) { try BulkResponse(bytes.span) }
        }
    }
}
