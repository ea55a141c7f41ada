import Bytes

/// One thermal zone of `/sys/class/thermal`.
///
/// Source: Linux, `Documentation/driver-api/thermal/sysfs-api.rst`.
package struct ThermalZone: Sendable, Equatable {
    /// The zone's number: `0`.
    package let number: String
    /// What is measured: `x86_pkg_temp`.
    package let type: String
    /// The temperature in thousandths of a degree Celsius.
    package let millidegrees: Int64

    /// Reads every zone, in the order of their folders' names.
    ///
    /// A sensor that can't be read now, as many can't while their device sleeps, is left out.
    package static func all(
        in roots: HostRoots,
        with file: inout FileReader,
    ) throws(HostError) -> [ThermalZone] {
        var zones: [ThermalZone] = []
        for (number, path) in try CoolingDevice.folders("thermal_zone", in: roots) {
            guard let type = file.sensorText(at: path + "/type"),
                let millidegrees = file.sensorInteger(at: path + "/temp")
            else { continue }
            zones.append(ThermalZone(number: number, type: type, millidegrees: millidegrees))
        }
        return zones
    }
}
