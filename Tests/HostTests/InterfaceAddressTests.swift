import Host
import Testing

@Suite struct InterfaceAddressTests {
    @Test(arguments: [
        ([127, 0, 0, 1], 8, "127.0.0.1", InterfaceAddress.Scope.linkLocal),
        ([169, 254, 3, 4], 16, "169.254.3.4", .linkLocal),
        ([10, 1, 2, 3], 24, "10.1.2.3", .global),
        ([0, 0, 0, 0], 0, "0.0.0.0", .none),
    ])
    func ipv4(
        _ address: [UInt8],
        _ bits: Int,
        _ text: String,
        _ scope: InterfaceAddress.Scope,
    ) {
        let mask = (0..<4).map {
            UInt8(truncatingIfNeeded: 0xff00 >> min(max(bits - $0 * 8, 0), 8))
        }
        let found = InterfaceAddress("eth0", address, mask)
        #expect(found.address == text)
        #expect(found.prefixLength == bits)
        #expect(found.scope == scope)
    }

    @Test(arguments: [
        (
            [0xfe, 0x80] + Array(repeating: 0, count: 13) + [1], "fe80::1",
            InterfaceAddress.Scope.linkLocal,
        ),
        (Array(repeating: 0, count: 15) + [1], "::1", .linkLocal),
        ([0xfd] + Array(repeating: 0, count: 14) + [2], "fd00::2", .global),
        (Array(repeating: 0, count: 10) + [0xff, 0xff, 10, 0, 0, 1], "10.0.0.1", .global),
    ])
    func ipv6(_ address: [UInt8], _ text: String, _ scope: InterfaceAddress.Scope) {
        let found = InterfaceAddress("eth0", address, Array(repeating: 0xff, count: 16))
        #expect(found.address == text)
        #expect(found.scope == scope)
    }

    @Test func thisMachineHasALoopback() throws {
        #expect(try InterfaceAddress.all().contains { $0.address == "127.0.0.1" })
    }
}
