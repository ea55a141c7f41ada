import Testing

@testable import Config

@Suite
struct SizeSyntaxTests {
    @Test(
        arguments: [
            ("0", 0),
            ("1024", 1024),
            ("1B", 1),
            ("1KB", 1024),
            ("4KiB", 4096),
            ("10MB", 10 << 20),
            ("1GB", 1 << 30),
            ("1TB", 1 << 40),
            ("1PiB", 1 << 50),
            ("1EB", 1 << 60),
            ("1.5KB", 1536),
            ("1MB512KB", 1536 << 10),
            ("512k", 512 << 10),
            ("64Mi", 64 << 20),
            ("5M", 5 << 20),
        ] as [(String, Int)]
    )
    func parses(text: String, expected: Int) {
        #expect(SizeSyntax.parse(text) == expected)
    }

    @Test(
        arguments: [
            "", "-1", "+1", "MB", "10 MB", "10mb", "10XB", "1..5MB", "1.5", "10MB5", "8EB",
            "99999PB",
            "1e3", "0x10", "∞", "nan", "1MB ", "9223372036854775808",
        ]
    )
    func refuses(text: String) {
        #expect(SizeSyntax.parse(text) == nil)
    }

    @Test(
        arguments: [
            (0, "0"), (1, "1B"), (1000, "1000B"), (1024, "1KiB"), (1536, "1536B"),
            (10 << 20, "10MiB"), (1 << 60, "1EiB"),
        ] as [(Int, String)]
    )
    func formats(bytes: Int, expected: String) {
        #expect(SizeSyntax.format(bytes) == expected)
        #expect(SizeSyntax.parse(expected) == bytes)
    }
}
