import Host
import Testing

@Suite struct FileHandleCountsTests {
    @Test func firstAndThirdNumberAreTaken() throws {
        let handles = try parsed("1024\t0\t1631329\n", FileHandleCounts.init(parsing:))
        #expect(handles.allocated == 1024)
        #expect(handles.maximum == 1_631_329)
    }

    @Test(arguments: ["", "1024\t0\n", "a\t0\tb\n"])
    func anythingElseIsAnError(_ text: String) {
        let error = formatError(text) { bytes throws(FormatError) in
            _ = try FileHandleCounts(parsing: bytes)
        }
        #expect(error?.expected == "three numbers")
    }
}
