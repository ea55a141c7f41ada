/// Divides things among named owners by the highest of a hash of both, so that an owner who comes or
/// goes moves nothing but what is or was its own.
///
/// The hash is the same on every machine and in every version: FNV-1a of a name's bytes, mixed with
/// the thing's own number by the finalizer of MurmurHash3. Source: Thaler and Ravishankar, "Using
/// Name-Based Mappings to Increase Hit Rates", 1998.
package struct Rendezvous: Sendable, Hashable {
    /// The owners' names, sorted.
    package let names: [String]
    private let seeds: [UInt64]

    /// Divides among `names`.
    package init(_ names: some Sequence<String>) {
        self.names = Set(names).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        self.seeds = self.names.map(Self.seed)
    }

    /// Whose a thing is, by a hash of it; nil when there is no owner.
    package func owner(of hash: UInt64) -> String? {
        var best: (weight: UInt64, place: Int)?
        for (place, seed) in self.seeds.enumerated() {
            let weight = Self.mix(hash ^ seed)
            // Of equal weights, which hardly happen, the first name in order has it.
            if let best, best.weight >= weight { continue }
            best = (weight, place)
        }
        return best.map { self.names[$0.place] }
    }

    private static func seed(_ name: String) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return self.mix(hash)
    }

    private static func mix(_ value: UInt64) -> UInt64 {
        var value = value
        value = (value ^ value >> 33) &* 0xff51_afd7_ed55_8ccd
        value = (value ^ value >> 33) &* 0xc4ce_b9fe_1a85_ec53
        return value ^ value >> 33
    }
}
