import Bytes
import Codecs
import Glibc
import Host
import Logging
import Pipeline
import Telemetry

/// Follows the kernel's log and tells the catalogue how far it goes; lives on one thread.
struct KernelLogFollower: ~Copyable {
    /// How often a log that can't be read is tried again, and one that tells nothing is looked at.
    private static let pauseMilliseconds: Int32 = 10_000
    private static let blindMilliseconds: Int32 = 250

    private static let remedy =
        "a container needs the device and CAP_SYSLOG; where there is a journal, read it with "
        + "matches: [_TRANSPORT=kernel]"

    private let content: KernelLogContent
    private let catalogue: LogCatalogue
    private let context: ComponentContext
    private let start: LogFileOptions.ReadFrom
    private var record = OutputBuffer(capacity: 256)
    private var next: Int64 = 0
    private var generation: LogGeneration?
    private var complaint = ""

    init(
        _ content: KernelLogContent,
        _ catalogue: LogCatalogue,
        _ context: ComponentContext,
        from start: LogFileOptions.ReadFrom,
    ) {
        self.content = content
        self.catalogue = catalogue
        self.context = context
        self.start = start
    }

    /// Works until `stop` is signalled.
    mutating func run(until stop: StopPipe, isStopped: () -> Bool) {
        while !isStopped() {
            do throws(HostError) {
                let device = try self.content.open()
                while !isStopped() {
                    try self.look(device)
                    Self.wait(for: device.descriptor, stop, Self.blindMilliseconds)
                }
            } catch {
                self.complain(error)
                Self.wait(for: nil, stop, Self.pauseMilliseconds)
            }
        }
    }

    /// Reads what is new, to know how far the log goes.
    private mutating func look(_ device: any KernelLogDevice) throws(HostError) {
        let before = self.next
        reading: while true {
            switch try device.read(into: &self.record) {
            case .end: break reading
            case .skipped: continue
            case .record:
                let header = KernelRecordDecoder.header(of: self.record.span)
                if let header { self.next = max(self.next, header.sequence + 1) }
            }
        }
        if let generation = self.generation {
            if self.next > before, generation.note(size: self.next) {
                self.catalogue.grew(generation)
            }
        } else {
            let generation = try self.makeGeneration()
            self.generation = generation
            self.catalogue.add(generation)
        }
    }

    private func makeGeneration() throws(HostError) -> LogGeneration {
        var file = FileReader()
        try file.load("\(self.context.roots.procfs)/sys/kernel/random/boot_id")
        let name = self.context.componentName
        let origin = LogOrigin(path: name.isEmpty ? "kernel" : "kernel/\(name)")
        let identity = LogIdentity(
            inode: stableHash(file.contents.span),
            fingerprint: stableHash(Array(origin.path.utf8).span),
        )
        let start: LogGeneration.Start =
            switch self.start {
            case .checkpoint: .beginning
            case .beginning: .beginningAgain
            case .end: .offset(self.next)
            }
        return LogGeneration(
            number: self.catalogue.nextNumber(),
            identity: identity,
            origin: origin,
            lane: origin.path,
            contentKey: identity.contentKey(host: self.context.nodeName, origin: origin),
            start: start,
            content: self.content,
            size: self.next,
        )
    }

    /// Waits until there is something to read, `stop` is readable, or the time is over.
    ///
    /// A device that can be asked needs no time-out; one that can't is looked at now and then.
    private static func wait(for descriptor: Int32?, _ stop: StopPipe, _ milliseconds: Int32) {
        var list = [
            pollfd(fd: stop.readEnd, events: Int16(POLLIN), revents: 0),
            pollfd(fd: descriptor ?? -1, events: Int16(POLLIN), revents: 0),
        ]
        unsafe poll(&list, nfds_t(list.count), descriptor == nil ? milliseconds : -1)
    }

    /// Tells of the same trouble once.
    private mutating func complain(_ error: HostError) {
        let text = "\(error)"
        if text == self.complaint { return }
        self.complaint = text
        self.context.logger.warning(
            "the kernel's log can't be read; it is tried again",
            metadata: [
                "source": "\(self.context.componentName)",
                "error": "\(error)",
                "remedy": "\(Self.remedy)",
            ],
        )
    }
}
