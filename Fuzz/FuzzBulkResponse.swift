import Bytes
import Codecs
import Fuzzing

/// What a log store answers.
@main enum FuzzBulkResponse {
    static func main() { fuzz(Self.test) }

    private static func test(_ input: inout FuzzInput) {
        let body = input.rest()
        do {
            let response = try BulkResponse(body.span)
            var last = 0
            for fault in response.faults {
                invariant(fault.index >= last, "faults out of order")
                invariant(
                    fault.index < response.itemCount || response.isClean,
                    "a fault of no item",
                )
                invariant(fault.status < 200 || fault.status > 299, "a success among the faults")
                last = fault.index
            }
            let reasons = response.faults.count { !$0.reason.isEmpty }
            invariant(reasons <= BulkResponse.reasonLimit, "more reasons than the limit")
            invariant(response.itemCount <= body.count, "more items than bytes")
        } catch {
            invariant(!error.description.isEmpty, "an error without a message")
        }
    }
}
