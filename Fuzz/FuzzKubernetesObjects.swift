import Bytes
import Codecs
import Fuzzing

/// Objects of the API.
///
/// Blanks around an object change nothing, every proper beginning of it is refused, and labels come
/// in the order of their keys' bytes.
@main enum FuzzKubernetesObjects {
    static func main() { fuzz(Self.test) }

    private static func test(_ input: inout FuzzInput) {
        let kind = input.choice(10)
        let bytes = input.rest()
        switch kind {
        case 0: Self.check(PodObject.self, bytes)
        case 1: Self.check(NodeObject.self, bytes)
        case 2: Self.check(ServiceObject.self, bytes)
        case 3: Self.check(EndpointsObject.self, bytes)
        case 4: Self.check(EndpointSliceObject.self, bytes)
        case 5: Self.check(IngressObject.self, bytes)
        case 6: Self.check(EventObject.self, bytes)
        case 7: Self.check(JobObject.self, bytes)
        case 8: Self.checkStatus(bytes)
        default: Self.checkQuantity(String(decoding: bytes, as: UTF8.self))
        }
    }

    private static func check<Object: APIObject>(_ kind: Object.Type, _ bytes: [UInt8]) {
        let object: Object
        do {
            object = try Object(json: bytes.span)
        } catch {
            invariant(!error.description.isEmpty, "an error without a message")
            return
        }
        let padded = Array(" \r\n\t".utf8) + bytes + Array("\n ".utf8)
        invariant((try? Object(json: padded.span)) == object, "blanks change the object")
        var end = bytes.count
        while end > 0, [0x20, 0x09, 0x0a, 0x0d].contains(bytes[end - 1]) { end -= 1 }
        let cut = Array(bytes[..<max(end - 1, 0)])
        invariant((try? Object(json: cut.span)) == nil, "a cut object was taken")
        let keys = object.metadata.labels.map { Array($0.key.utf8) }
        for (one, next) in zip(keys, keys.dropFirst()) {
            invariant(one.lexicographicallyPrecedes(next), "labels are not in order")
        }
    }

    private static func checkStatus(_ bytes: [UInt8]) {
        do {
            _ = try StatusObject(json: bytes.span)
        } catch {
            invariant(!error.description.isEmpty, "an error without a message")
        }
    }

    private static func checkQuantity(_ text: String) {
        guard let quantity = Quantity(text) else { return }
        let value = quantity.value
        guard value.magnitude < 1 << 50 else { return }
        let thousandths = quantity.thousandths
        invariant(
            thousandths <= value * 1_000 && thousandths > (value - 1) * 1_000,
            "thousandths differ from the value",
        )
    }
}
