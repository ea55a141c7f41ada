import Host
import Testing

@Suite struct OSReleaseTests {
    @Test func quotesAndEscapesAreResolved() throws {
        let release = try parsed(
            #"""
            # comment

            NAME="A \"quoted\" name"
            ID=debian
            VERSION_CODENAME='book\worm'
            EMPTY=

            """#,
            OSRelease.init(parsing:),
        )
        #expect(release["NAME"] == #"A "quoted" name"#)
        #expect(release["ID"] == "debian")
        #expect(release["VERSION_CODENAME"] == #"book\worm"#)
        #expect(release["EMPTY"].isEmpty && release["MISSING"].isEmpty)
    }

    @Test(arguments: ["garbage\n", "=x\n", "NAME=\"open\n"])
    func anythingElseIsAnErrorWithItsLine(_ text: String) {
        let error = formatError(text) { bytes throws(FormatError) in
            _ = try OSRelease(parsing: bytes)
        }
        #expect(error?.line == 1)
    }
}
