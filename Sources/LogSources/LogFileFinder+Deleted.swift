import Glibc
import Logging
import Pipeline

// Deleted files: held open until they are read, as far as the disk space that they keep allows.
extension LogFileFinder {
    /// How often it is told that files are given up.
    private static let tellNanoseconds: Int64 = 60_000_000_000

    /// Gives up files, the one deleted first first, until those held keep no more than allowed.
    func boundDeleted() {
        var held: [(file: TrackedFile, stored: Int64)] = []
        var total: Int64 = 0
        for key in self.leaving {
            guard let file = self.files[key], let open = file.open,
                let status = try? open.status(), status.names == 0
            else { continue }
            self.noteDeleted(file)
            held.append((file, status.stored))
            total += status.stored
        }
        self.meters.deletedBytes.set(Double(total))
        let limit = Int64(self.settings.options.maxDeletedBytes)
        if total <= limit { return }
        held.sort {
            ($0.file.deletedAt ?? 0, $0.file.path) < ($1.file.deletedAt ?? 0, $1.file.path)
        }
        for (file, stored) in held where total > limit {
            self.giveUp(file, stored: stored)
            total -= stored
        }
        self.meters.deletedBytes.set(Double(total))
        self.tellGivenUp()
    }

    /// Notes when a file lost its last name.
    func noteDeleted(_ file: TrackedFile) {
        if file.deletedAt == nil { file.deletedAt = self.clock.monotonicNanoseconds }
        if file.phase == .deleted { return }
        file.phase = .deleted
        file.generation?.note(phase: .deleted)
    }

    private func giveUp(_ file: TrackedFile, stored: Int64) {
        self.look(at: file)
        if file.generation == nil, file.size > 0 {
            self.identify(file, size: file.size, start: file.start, isFinished: true)
        }
        if let generation = file.generation, !generation.isDrained(by: self.catalogue.sinks) {
            generation.note(phase: .givenUp)
            self.meters.givenUp.add()
            self.givenUp.files += 1
            self.givenUp.bytes += stored
            self.givenUp.path = file.path
        }
        // Sinks that hold it find it empty.
        file.open?.letGo()
        self.release(file, isGone: true)
    }

    private func tellGivenUp() {
        let now = self.clock.monotonicNanoseconds
        if self.givenUp.files == 0 || now < self.givenUp.nextTell { return }
        self.context.logger.error(
            "deleted log files are given up before they were read, to free their disk space",
            metadata: [
                "files": "\(self.givenUp.files)",
                "bytes": "\(self.givenUp.bytes)",
                "last": "\(self.givenUp.path)",
                "remedy": "see why sinks don't keep up, or allow more max_deleted_bytes",
            ],
        )
        self.givenUp = GivenUp(nextTell: now + Self.tellNanoseconds)
    }

    /// What was given up since it was told last.
    struct GivenUp {
        var files = 0
        var bytes: Int64 = 0
        var path = ""
        var nextTell: Int64 = 0
    }
}
