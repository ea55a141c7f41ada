import Kubernetes
import Testing

@Suite struct RendezvousTests {
    private static func names(_ count: Int) -> [String] { (0..<count).map { "node-\($0)" } }

    /// Hashes as FNV-1a makes them of texts that hardly differ.
    private static func hashes(_ count: Int) -> [UInt64] {
        (0..<count).map { number in
            "http://10.0.0.\(number):9100/metrics".utf8.reduce(0xcbf2_9ce4_8422_2325) {
                ($0 ^ UInt64($1)) &* 0x100_0000_01b3
            }
        }
    }

    @Test(arguments: [3, 10, 100])
    func sharesAreEven(_ count: Int) {
        let agents = Rendezvous(Self.names(count))
        var shares: [String: Int] = [:]
        for hash in Self.hashes(count * 1000) {
            shares[agents.owner(of: hash) ?? "", default: 0] += 1
        }
        #expect(shares.count == count)
        // Of 1000 expected, four standard deviations off.
        #expect(shares.values.allSatisfy { (870...1130).contains($0) }, "\(shares)")
    }

    @Test func onlyWhatWasOnesOwnMovesWhenItGoes() {
        let all = Rendezvous(Self.names(10))
        let rest = Rendezvous(Self.names(10).filter { $0 != "node-4" })
        var heirs: Set<String> = []
        for hash in Self.hashes(2000) {
            let before = all.owner(of: hash)
            let after = rest.owner(of: hash)
            if before == "node-4" { heirs.insert(after ?? "") } else { #expect(before == after) }
        }
        // What it had is not all one agent's now.
        #expect(heirs.count == 9)
    }

    /// All agents, of whatever version, say the same.
    @Test func theOwnerStaysTheSameForEver() {
        let agents = Rendezvous(["c", "a", "b", "a"])
        #expect(agents.names == ["a", "b", "c"])
        let owners = [UInt64(0), 1, 2, 3, 4, 5, .max].map { agents.owner(of: $0) ?? "" }
        #expect(owners.joined() == "cabaaaa")
        #expect(Rendezvous([]).owner(of: 1) == nil)
    }
}
