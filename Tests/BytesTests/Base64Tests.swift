import Bytes
import Testing

struct Base64Tests {
    @Test(arguments: [
        ("", ""), ("Zg==", "f"), ("Zm8=", "fo"), ("Zm9v", "foo"), ("Zm9vYg==", "foob"),
        ("Zm9vYmE=", "fooba"), ("Zm9vYmFy", "foobar"), ("Zm9v\n YmFy\n", "foobar"),
        // What some tools leave out.
        ("Zg", "f"), ("Zm8", "fo"),
    ])
    func decodesTheVectorsOfTheRFC(text: String, bytes: String) {
        #expect(Base64.decode(text) == Array(bytes.utf8))
    }

    @Test func decodesEveryByte() {
        #expect(Base64.decode("AP+A/w==") == [0, 255, 128, 255])
        #expect(Base64.decode("+/+/") == [251, 255, 191])
    }

    @Test(arguments: ["Z", "Zm9vY", "Zg=", "Zm9=v", "Zm9v====", "Zm9-", "Zm9v=", "====", "é"])
    func refusesWhatIsNoBase64(text: String) {
        #expect(Base64.decode(text) == nil)
    }
}
