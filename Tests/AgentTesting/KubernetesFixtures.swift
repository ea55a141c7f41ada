import Foundation

/// Recorded answers of an API server and a kubelet.
package enum KubernetesFixtures {
    /// Why a suite that needs them is not run.
    package static let reason = "MARTLET_FIXTURES does not name the folder of recorded data"

    /// The folder, when the variable is set.
    package static var folder: String? {
        ProcessInfo.processInfo.environment["MARTLET_FIXTURES"].map { $0 + "/kubernetes" }
    }

    /// The bytes of a file, such as `api/node.json`.
    package static func bytes(_ path: String) throws -> [UInt8] {
        guard let folder = self.folder else { throw CocoaError(.fileNoSuchFile) }
        return Array(try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(path)")))
    }
}
