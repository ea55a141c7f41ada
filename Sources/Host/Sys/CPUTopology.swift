import Bytes

/// The CPUs of `/sys/devices/system/cpu`.
package struct CPUTopology: Sendable, Equatable {
    /// One CPU, online or not.
    package struct CPU: Sendable, Equatable {
        /// The CPU's number as the folder has it: `0`.
        package let number: String
        /// The package it sits in; nil where the kernel does not say.
        package let package: UInt64?
        /// The core it belongs to within the package; nil where the kernel does not say.
        package let core: UInt64?
        /// Whether it runs; nil where it can't be switched off.
        package let isOnline: Bool?
        /// The folder.
        package let path: String
    }

    /// The CPUs in the order of their folders' names.
    package let cpus: [CPU]

    /// Reads every CPU's folder.
    package init(in roots: HostRoots, with file: inout FileReader) throws(HostError) {
        let folder = Self.folder(in: roots)
        var cpus: [CPU] = []
        for name in try DirectoryListing.names(at: folder, numbered: "cpu") {
            let path = "\(folder)/\(name)"
            let online: Bool?
            do {
                try file.load("\(path)/online")
                online = file.contents.span.trimmed.equals("1")
            } catch {
                online = error.isMissing ? nil : false
            }
            let cpu = CPU(
                number: String(name.dropFirst(3)),
                package: file.count(at: "\(path)/topology/physical_package_id"),
                core: file.count(at: "\(path)/topology/core_id"),
                isOnline: online,
                path: path,
            )
            cpus.append(cpu)
        }
        self.cpus = cpus
    }

    /// The folder that holds the CPUs.
    package static func folder(in roots: HostRoots) -> String {
        roots.sysfs + "/devices/system/cpu"
    }

    /// The numbers in a list as `0-3,8`, in its order; at most `limit` of them.
    package static func numbers(
        parsing text: Span<UInt8>,
        limit: Int = ProcStat.cpuLimit,
    ) throws(FormatError) -> [Int] {
        let list = text.trimmed
        var numbers: [Int] = []
        var start = 0
        while start < list.count {
            let end = list.firstOffset(of: UInt8(ascii: ","), from: start) ?? list.count
            let item = list.extracting(start..<end)
            start = end + 1
            if item.isEmpty { continue }
            let dash = item.firstOffset(of: UInt8(ascii: "-")) ?? item.count
            let last = dash < item.count ? item.extracting(droppingFirst: dash + 1) : item
            guard let from = item.extracting(first: dash).unsignedDecimal,
                let to = last.unsignedDecimal, from <= to, to < 1 << 31
            else { throw FormatError(line: 1, expected: "a list as \"0-3,8\"", found: list) }
            // A range may be long; what is above the limit is not even counted.
            for number in (from...to).prefix(limit - numbers.count) { numbers.append(Int(number)) }
        }
        return numbers
    }
}
