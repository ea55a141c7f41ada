import Bytes
import Host
import Testing

@Suite struct CPUInfoTests {
    @Test func processorsAreSplit() throws {
        let text = """
            processor\t: 0
            vendor_id\t: GenuineIntel
            model name\t: Intel(R) Core(TM): i7
            cpu MHz\t\t: 799.998
            flags\t\t: fpu aes

            processor\t: 11
            microcode\t: 0xb4
            power management:

            """
        let cpus = try parsed(text) { bytes throws(FormatError) in
            var cpus: [String] = []
            try CPUInfo.visit(bytes) { index, cpu in
                let name = bytes.extracting(cpu[.modelName]).text
                let microcode = bytes.extracting(cpu[.microcode]).text
                cpus.append("\(index) \(cpu.number) \(cpu.megahertz) [\(name)] [\(microcode)]")
            }
            return cpus
        }
        #expect(cpus == ["0 0 799.998 [Intel(R) Core(TM): i7] []", "1 11 0.0 [] [0xb4]"])
    }

    @Test(arguments: ["", "garbage\n", "processor : x\n", "processor : 0\ncpu MHz : fast\n"])
    func anythingElseIsAnError(_ text: String) {
        let error = formatError(text) { bytes throws(FormatError) in
            try CPUInfo.visit(bytes) { _, _ in }
        }
        #expect(error != nil)
    }
}
