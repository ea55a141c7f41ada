import LogRules
import Telemetry
import Testing

/// Ids of traces and spans under one name each, in one form.
@Suite struct TraceStepTests {
    private static let trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    private static let span = "00f067aa0ba902b7"

    private func run(_ line: String) throws -> StepBench.Seen {
        let step = try StepBench.worker(TraceStep.self, "{}")
        let workers = [try StepBench.worker(JSONStep.self, "{}"), step, step]
        return try #require(StepBench.run(workers, on: [line]).first)
    }

    @Test(arguments: [
        #"{"traceId":"\#(Self.trace)","spanId":"\#(Self.span)"}"#,
        #"{"trace_id":"4BF92F3577B34DA6A3CE929D0E0E4736","span_id":"00F067AA0BA902B7"}"#,
        #"{"trace.id":"4bf92f35-77b3-4da6-a3ce-929d0e0e4736","span.id":"\#(Self.span)"}"#,
        #"{"logging.googleapis.com/trace":"projects/p/traces/\#(Self.trace)","span_id":"\#(Self.span)"}"#,
    ])
    func idsAreLifted(_ line: String) throws {
        let seen = try self.run(line)
        #expect(seen.fields == ["trace_id=\(Self.trace)", "span_id=\(Self.span)"])
        #expect(seen.roles == [.traceID, .spanID])
        #expect(seen.forms == [.text, .text])
    }

    @Test func aTraceParentSaysAll() throws {
        let seen = try self.run(#"{"traceparent":"00-\#(Self.trace)-\#(Self.span)-01","a":1}"#)
        #expect(
            seen.fields.suffix(3)
                == ["trace_id=\(Self.trace)", "span_id=\(Self.span)", "trace_flags=01"]
        )
        #expect(seen.roles.suffix(3) == [.traceID, .spanID, .traceFlags])
    }

    @Test func datadogsNumbersAreDecimal() throws {
        let flat = try self.run(#"{"dd.trace_id":"1311768467463790320","dd.span_id":"10"}"#)
        #expect(
            flat.fields == [
                "trace_id=0000000000000000123456789abcdef0", "span_id=000000000000000a",
            ]
        )
        let nested = try self.run(#"{"dd":{"trace_id":"1311768467463790320","span_id":"10"}}"#)
        #expect(nested.fields.suffix(2) == flat.fields[...])
    }

    @Test func shortIDsGetZeros() throws {
        let seen = try self.run(#"{"traceid":"a3ce929d0e0e4736","traceFlags":1}"#)
        #expect(seen.fields == ["trace_id=0000000000000000a3ce929d0e0e4736", "trace_flags=01"])
    }

    @Test(arguments: ["xyz", "123", "4bf92f3577b34da6a3ce929d0e0e473g"])
    func whatIsNoIDIsLeft(_ text: String) throws {
        let seen = try self.run("{\"trace_id\":\"\(text)\"}")
        #expect(seen.flags == .unparsed)
        #expect(seen.fields == ["trace_id=\(text)"])
        #expect(seen.roles == [.attribute])
    }

    @Test func noTraceIsNoError() throws {
        let seen = try self.run(#"{"trace_id":"","span_id":"0000000000000000","traceparent":""}"#)
        #expect(seen.flags == [])
        #expect(seen.roles == [.attribute, .attribute, .attribute])
    }
}
