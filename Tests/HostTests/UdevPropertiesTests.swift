import Bytes
import Host
import Testing

@Suite struct UdevPropertiesTests {
    @Test func valuesAreFound() {
        let text = Array(
            """
            S:disk/by-id/x
            E:ID_MODEL=ST = 1
            E:ID_FS_TYPE=
            E:OTHER=1
            E:ID_SERIAL=long
            E:ID_SERIAL_SHORT=short

            """.utf8
        )
        let properties = UdevProperties(parsing: text.span)
        #expect(String(decoding: text[properties[.model]], as: UTF8.self) == "ST = 1")
        #expect(properties[.filesystemType].isEmpty)
        #expect(properties.has(.filesystemType))
        #expect(!properties.has(.ata))
        #expect(String(decoding: text[properties.serialNumber], as: UTF8.self) == "short")
    }

    @Test(arguments: ["", "E:", "E:=", "E", "E:ID_MODEL", "garbage"])
    func anythingElseIsPassedOver(_ text: String) {
        let bytes = Array(text.utf8)
        #expect(!UdevProperties(parsing: bytes.span).has(.model))
    }
}
