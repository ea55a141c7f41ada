import Bytes
import Codecs
import Fuzzing
import Telemetry

@testable import LogSources
@testable import Pipeline

/// Short texts from outside: header fields, names of files and indices, numbers.
@main enum FuzzFields {
    static func main() { fuzz(Self.test) }

    private static func test(_ input: inout FuzzInput) {
        let kind = input.choice(5)
        let now = Int64(input.byte()) << 24
        let bytes = input.rest()
        let text = String(decoding: bytes, as: UTF8.self)
        switch kind {
        case 0:
            if let wait = RetryAfter.parse(text, now: now) {
                invariant(wait >= .zero && wait <= RetryAfter.limit, "a wait beyond the limit")
            }
            _ = ScrapeProtocol.format(ofContentType: text)
        case 1: checkNumbers(bytes.span)
        case 2: checkIndexName(text, at: now << 16)
        case 3: checkIndexName(text, at: -now)
        default:
            if let origin = PodLogPath.pod(folder: text) {
                invariant(
                    "\(origin.namespace)_\(origin.pod)_\(origin.podUID)" == text,
                    "a folder's name was taken apart wrongly",
                )
            }
            _ = PodLogPath.container(path: text)
            if let origin = PodLogPath.container(link: text) {
                invariant(origin.isPod && !origin.container.isEmpty, "a link without container")
            }
        }
    }
}

private func checkNumbers(_ bytes: Span<UInt8>) {
    if let value = bytes.unsignedDecimal {
        var digits = OutputBuffer()
        digits.append(decimal: value)
        let significant = bytes.array.drop { $0 == UInt8(ascii: "0") }
        invariant(value == 0 || digits.array == Array(significant), "a number read wrongly")
    }
    if let value = bytes.signedDecimal {
        invariant(Int64(bytes.text) == value, "a signed number read wrongly")
    }
    if let value = bytes.unsignedHex {
        invariant(UInt64(bytes.text, radix: 16) == value, "a hexadecimal number read wrongly")
    }
    if let value = bytes.decimalFloat, let other = Double(bytes.text), !value.isNaN {
        invariant(value == other, "a float read wrongly")
    }
}

private func checkIndexName(_ pattern: String, at seconds: Int64) {
    guard let index = try? IndexName(pattern) else { return }
    let origin = LogOrigin(path: "", namespace: "shop", pod: "web", container: "app")
    var name = OutputBuffer()
    index.append(at: seconds, of: origin, host: "node", to: &name)
    invariant(!name.isEmpty, "an index without a name")
}
