/// SHA-256 (FIPS 180-4) and HMAC (RFC 2104), to check signatures independently of what makes them.
enum SHA256 {
    private static let constants: [UInt32] = {
        // The first 32 bits of the fractional parts of the cube roots of the first 64 primes.
        var primes: [Int] = []
        var number = 2
        while primes.count < 64 {
            if primes.allSatisfy({ number % $0 != 0 }) { primes.append(number) }
            number += 1
        }
        return primes.map { prime in
            // The largest root with root³ ≤ prime · 2⁹⁶, whose low half is wanted.
            var root: UInt64 = 0
            for bit in stride(from: UInt64(36), through: 0, by: -1) {
                let next = root | 1 << bit
                let square = next.multipliedFullWidth(by: next)
                // next < 2³⁶, so next³ < 2¹⁰⁸ fits in 128 bits.
                let cube = UInt128(square.high) << 64 | UInt128(square.low)
                if cube * UInt128(next) <= UInt128(prime) << 96 { root = next }
            }
            return UInt32(truncatingIfNeeded: root)
        }
    }()

    static func hash(_ message: [UInt8]) -> [UInt8] {
        var state: [UInt32] = [
            0x6A09_E667, 0xBB67_AE85, 0x3C6E_F372, 0xA54F_F53A, 0x510E_527F, 0x9B05_688C,
            0x1F83_D9AB, 0x5BE0_CD19,
        ]
        var padded = message + [0x80]
        while padded.count % 64 != 56 { padded.append(0) }
        let length = UInt64(message.count * 8)
        padded += (0..<8).map { UInt8(truncatingIfNeeded: length >> UInt64(56 - $0 * 8)) }
        for start in stride(from: 0, to: padded.count, by: 64) {
            Self.mix(Array(padded[start..<start + 64]), into: &state)
        }
        return state.flatMap { word in
            (0..<4).map { UInt8(truncatingIfNeeded: word >> UInt32(24 - $0 * 8)) }
        }
    }

    private static func mix(_ block: [UInt8], into state: inout [UInt32]) {
        func rotated(_ word: UInt32, _ count: UInt32) -> UInt32 {
            word >> count | word << (32 - count)
        }
        var words = (0..<16).map { index in
            (0..<4).reduce(UInt32(0)) { $0 << 8 | UInt32(block[index * 4 + $1]) }
        }
        for index in 16..<64 {
            let (early, late) = (words[index - 15], words[index - 2])
            let first = rotated(early, 7) ^ rotated(early, 18) ^ early >> 3
            let second = rotated(late, 17) ^ rotated(late, 19) ^ late >> 10
            words.append(words[index - 16] &+ first &+ words[index - 7] &+ second)
        }
        var work = state
        for index in 0..<64 {
            let (a, b, c, e, f, g) = (work[0], work[1], work[2], work[4], work[5], work[6])
            let first = rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)
            let choice = e & f ^ ~e & g
            let one = work[7] &+ first &+ choice &+ Self.constants[index] &+ words[index]
            let second = rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)
            let majority = a & b ^ a & c ^ b & c
            work = [one &+ second &+ majority, a, b, c, work[3] &+ one, e, f, g]
        }
        for index in 0..<8 { state[index] &+= work[index] }
    }

    static func hmac(_ key: [UInt8], _ message: String) -> [UInt8] {
        let short = key.count > 64 ? Self.hash(key) : key
        let block = short + [UInt8](repeating: 0, count: 64 - short.count)
        let inner = Self.hash(block.map { $0 ^ 0x36 } + Array(message.utf8))
        return Self.hash(block.map { $0 ^ 0x5C } + inner)
    }

    static func hex(_ bytes: [UInt8]) -> String {
        bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }
}
