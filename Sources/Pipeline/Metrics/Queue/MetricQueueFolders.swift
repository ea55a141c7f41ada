import Host

/// Where the queues on disk are: one folder for each receiver below `STATE/remote_write`.
package enum MetricQueueFolders {
    /// The folder of a receiver's queue.
    package static func path(of receiver: String, in stateDirectory: String) -> String {
        "\(stateDirectory)/remote_write/\(QueueFolder.name(of: receiver))"
    }

    /// Folders that hold samples of receivers other than these, which nobody will send; blocks.
    package static func leftOver(of receivers: [String], in stateDirectory: String) -> [String] {
        let parent = "\(stateDirectory)/remote_write"
        let known = Set(receivers.map(QueueFolder.name(of:)))
        let names: [String]
        do throws(HostError) {
            names = try DirectoryListing.names(at: parent)
        } catch {
            return []
        }
        return names.filter { !known.contains($0) }.map { "\(parent)/\($0)" }.filter { path in
            do throws(QueueFileError) {
                return try !QueueFolder(path: path).segments().isEmpty
            } catch {
                return false
            }
        }
    }
}
