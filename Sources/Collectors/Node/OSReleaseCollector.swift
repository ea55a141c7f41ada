import Bytes
package import Codecs
package import Config
import Host
package import Pipeline

/// What the operating system calls itself, of `os-release`.
package struct OSReleaseCollector: Collector, ~Copyable {
    package static let name: ComponentName = "os"

    /// The labels of `node_os_info`; each is the file's key in lower case.
    private static let labels = [
        "build_id", "id", "id_like", "image_id", "image_version", "name", "pretty_name",
        "variant", "variant_id", "version", "version_codename", "version_id",
    ]

    private let paths: [String]
    private var file = FileReader(limit: 1 << 16)

    package init(_ options: NoOptions, in context: ComponentContext) throws(ConfigError) {
        let root = context.roots.rootfs == "/" ? "" : context.roots.rootfs
        self.paths = [root + "/etc/os-release", root + "/usr/lib/os-release"]
    }

    package mutating func collect(into metrics: inout MetricWriter) throws(CollectError) {
        for path in self.paths {
            do {
                let release = try self.file.load(path, OSRelease.init(parsing:))
                return try Self.write(release, path, into: &metrics)
            } catch  where error.isMissing {
                continue
            } catch {
                throw CollectError(error)
            }
        }
        throw .noData("there is no os-release")
    }

    private static func write(
        _ release: OSRelease,
        _ path: String,
        into metrics: inout MetricWriter,
    ) throws(HostError) {
        metrics.family(
            "node_os_info",
            .gauge,
            "A metric with a constant '1' value labeled by build_id, id, id_like, image_id, "
                + "image_version, name, pretty_name, variant, variant_id, version, "
                + "version_codename, version_id.",
        )
        metrics.sample(1) { labels in
            for label in Self.labels { labels.add(label, release[label.uppercased()]) }
        }
        let version = Self.majorMinor(release["VERSION_ID"])
        if version > 0 {
            metrics.family(
                "node_os_version",
                .gauge,
                "Metric containing the major.minor part of the OS version.",
            )
            metrics.sample(version) { labels in
                labels.add("id", release["ID"])
                labels.add("id_like", release["ID_LIKE"])
                labels.add("name", release["NAME"])
            }
        }
        if release["SUPPORT_END"].isEmpty { return }
        guard let end = Self.seconds(ofDate: release["SUPPORT_END"]) else {
            let found = Array(release["SUPPORT_END"].utf8)
            throw .malformed(
                path,
                FormatError(expected: "a date as 2026-11-23", found: found.span),
            )
        }
        metrics.gauge(
            "node_os_support_end_timestamp_seconds",
            "Metric containing the end-of-life date timestamp of the OS.",
            end,
        )
    }

    /// The number that the version begins with: digits, and digits after a point.
    private static func majorMinor(_ version: String) -> Double {
        var digits: [UInt8] = []
        var points = 0
        for byte in version.utf8 {
            let isPoint = byte == UInt8(ascii: ".")
            guard isPoint ? points == 0 && !digits.isEmpty : byte >= 0x30 && byte <= 0x39 else {
                break
            }
            if isPoint { points = 1 }
            digits.append(byte)
        }
        return digits.span.decimalFloat ?? 0
    }

    /// The start of a day written `2026-11-23`, in seconds since 1970.
    private static func seconds(ofDate date: String) -> Double? {
        let parts = date.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].utf8.count == 4, parts[1].utf8.count == 2,
            parts[2].utf8.count == 2, let year = Int(parts[0]), let month = Int(parts[1]),
            let day = Int(parts[2]), (1...12).contains(month), (1...31).contains(day)
        else { return nil }
        let days = CivilTime.daysSinceEpoch(year: year, month: month, day: day)
        return Double(days * 86400)
    }
}
