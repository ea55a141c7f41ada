import Bytes

/// One cooling device of `/sys/class/thermal`.
package struct CoolingDevice: Sendable, Equatable {
    /// The device's number: `0`.
    package let number: String
    /// What it is: `Processor`.
    package let type: String
    /// How much it cools now; -1 where the device does not know.
    package let currentState: Int64
    /// How much it can cool.
    package let maximumState: Int64

    /// Reads every device, in the order of their folders' names.
    ///
    /// One that can't be read now is left out.
    package static func all(
        in roots: HostRoots,
        with file: inout FileReader,
    ) throws(HostError) -> [CoolingDevice] {
        var devices: [CoolingDevice] = []
        for (number, path) in try Self.folders("cooling_device", in: roots) {
            guard let type = file.sensorText(at: path + "/type"),
                let maximum = file.sensorInteger(at: path + "/max_state"),
                let current = file.sensorInteger(at: path + "/cur_state")
            else { continue }
            devices.append(
                CoolingDevice(
                    number: number,
                    type: type,
                    currentState: current,
                    maximumState: maximum,
                )
            )
        }
        return devices
    }

    /// The numbers and paths of the folders that begin with `prefix`; none without the class.
    static func folders(
        _ prefix: String,
        in roots: HostRoots,
    ) throws(HostError) -> [(number: String, path: String)] {
        let folder = roots.sysfs + "/class/thermal"
        do {
            return try DirectoryListing.names(at: folder, numbered: prefix).map { name in
                (String(name.dropFirst(prefix.count)), "\(folder)/\(name)")
            }
        } catch  where error.isMissing {
            return []
        }
    }
}

extension FileReader {
    /// The trimmed text at `path`; nil if it can't be read.
    mutating func sensorText(at path: String) -> String? {
        do {
            try self.load(path)
            return self.contents.span.trimmed.text
        } catch {
            return nil
        }
    }

    /// The signed number at `path`; nil if it can't be read.
    mutating func sensorInteger(at path: String) -> Int64? {
        do {
            try self.load(path)
            return self.contents.span.trimmed.signedDecimal
        } catch {
            return nil
        }
    }
}
