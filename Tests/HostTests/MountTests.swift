import Host
import Testing

@Suite struct MountTests {
    private func mount(_ line: String) throws -> Mount {
        let table = try parsed(line + "\n", Mount.table(parsing:))
        return try #require(table.first)
    }

    @Test func fieldsAreTaken() throws {
        let mount = try self.mount(
            "36 35 98:12 /mnt1 /mnt2 rw,noatime master:1 shared:3 - ext3 /dev/root rw,errors=continue"
        )
        #expect(mount.source == "/dev/root")
        #expect(mount.mountPoint == "/mnt2")
        #expect(mount.type == "ext3")
        #expect(mount.major == 98)
        #expect(mount.minor == 12)
        #expect(!mount.isReadOnly)
    }

    @Test(arguments: [
        (#"/mnt/a\040b"#, "/mnt/a b"), (#"/mnt/a\011b"#, "/mnt/a\tb"),
        (#"/mnt/a\134b"#, #"/mnt/a\134b"#), (#"/mnt/\"#, #"/mnt/\"#),
    ])
    func escapesOfSpaceAndTabAreResolved(_ written: String, _ point: String) throws {
        let mount = try self.mount("1 2 0:3 / \(written) rw - ext4 /dev/sda rw")
        #expect(mount.mountPoint == point)
    }

    @Test(arguments: [
        ("rw", "rw", false), ("ro,nosuid", "rw", true), ("rw", "rw,ro", true),
        ("rw", "rw,emergency_ro", true), ("rw,rootcontext=ro_t", "rw,errors=remount-ro", false),
    ])
    func readOnlyIsSaidInThreePlaces(_ own: String, _ file: String, _ isReadOnly: Bool) throws {
        let mount = try self.mount("1 2 0:3 / /mnt \(own) shared:1 - ext4 /dev/sda \(file)")
        #expect(mount.isReadOnly == isReadOnly)
    }

    @Test func anEmptySourceIsOne() throws {
        #expect(try self.mount("1 2 0:3 / /mnt rw - tmpfs  rw").source.isEmpty)
    }

    @Test func whatIsNotUTF8IsReplaced() throws {
        let line = Array("1 2 0:3 / /m".utf8) + [0xff] + Array(" rw - ext4 /dev/sda rw\n".utf8)
        let table = try Mount.table(parsing: line.span)
        #expect(table.first?.mountPoint == "/m\u{fffd}")
    }

    @Test(arguments: [
        "", "garbage\n", "1 2 0:3 / /mnt rw ext4 /dev/sda rw\n", "1 2 0:3 / /mnt rw - ext4\n",
        "1 2 0 / /mnt rw - ext4 /dev/sda rw\n", "1 2 a:b / /mnt rw - ext4 /dev/sda rw\n",
    ])
    func anythingElseIsAnError(_ text: String) {
        let error = formatError(text) { bytes throws(FormatError) in
            _ = try Mount.table(parsing: bytes)
        }
        #expect(error != nil)
    }
}
