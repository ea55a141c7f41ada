import Codecs
import Fuzzing

/// Answers of name servers, and what `/etc/resolv.conf` says.
///
/// A message has no more records than bytes, names stay within their limit, and what is read does not
/// change when bytes follow it. Whatever the file says, a name that ends in a dot stays itself.
@main enum FuzzDNS {
    static func main() { fuzz(Self.test) }

    private static func test(_ input: inout FuzzInput) {
        if input.choice(4) == 0 {
            let configuration = ResolverConfiguration(input.rest().span)
            invariant(
                configuration.candidates(for: "a.b.") == ["a.b."],
                "a whole name was changed",
            )
            for name in configuration.candidates(for: "a.b") {
                invariant(name.hasPrefix("a.b.") && name.hasSuffix("."), "no whole name: \(name)")
            }
            return
        }
        let types = DNSMessage.RecordType.allCases
        let type = types[input.choice(types.count)]
        let bytes = input.rest()
        guard let message = try? DNSMessage(bytes.span, askedFor: type) else { return }
        invariant(message.records.count <= bytes.count / 12, "more records than fit")
        for record in message.records {
            switch record {
            case .address(let address):
                invariant(address.count == (type == .a ? 4 : 16), "an address of a wrong size")
            case .server(let name), .exchange(let name), .service(let name, _):
                invariant(name.hasSuffix("."), "a name without its dot")
                invariant(name.utf8.count <= DNSMessage.nameLimit * 4, "a name that is too long")
            }
        }
        if message.isTruncated { return }
        let longer = try? DNSMessage((bytes + [0, 1, 2]).span, askedFor: type)
        invariant(longer == message, "what follows a message changed it")
    }
}
