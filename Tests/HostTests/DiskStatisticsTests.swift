import Bytes
import Host
import Testing

@Suite struct DiskStatisticsTests {
    @Test func columnsAreThoseTheKernelHas() throws {
        let text = """
               8       0 sda 1 2 3 4 5 6 7 8 9 10 11
               8      16 sdb 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15
             259       0 nvme0n1 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18

            """
        let lines = try parsed(text) { bytes throws(FormatError) in
            var lines: [String] = []
            try DiskStatistics.visit(bytes) { device, disk in
                let last = disk.columns[disk.columnCount - 1]
                lines.append("\(disk.major):\(disk.minor) \(device.text) \(last)")
            }
            return lines
        }
        #expect(lines == ["8:0 sda 11", "8:16 sdb 15", "259:0 nvme0n1 17"])
    }

    @Test(arguments: [
        "8 0\n", "8 x sda 1 2 3 4 5 6 7 8 9 10 11\n", "8 0 sda 1 2 3\n",
        "8 0 sda 1 2 3 4 5 6 7 8 9 10 -1\n", "99999999999 0 sda 1 2 3 4 5 6 7 8 9 10 11\n",
    ])
    func anythingElseIsAnError(_ text: String) {
        let error = formatError(text) { bytes throws(FormatError) in
            try DiskStatistics.visit(bytes) { _, _ in }
        }
        #expect(error?.line == 1)
    }
}
