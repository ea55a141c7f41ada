import AgentTesting
import Glibc
import Pipeline
import Testing

@testable import LogSources

/// Names that lead to something else from one moment to the next.
@Suite(.timeLimit(.minutes(2))) struct LogSwapTests {
    private static let label = [MeterLabel("source", "pods")]

    @Test func `several rotations between two looks lose nothing`() async throws {
        let rig = try LogRig()
        let log = ContainerLog(rig)
        let receiver = LineReceiver()
        let life = try rig.start(receiver)
        log.write(["before"])
        await eventually("the first") { receiver.lines == ["before"] }
        for round in 0..<40 {
            // Far quicker than anybody looks.
            log.write(["round \(round), before the rename"])
            log.rename("20261123-0222\(10 + round)")
            log.write(["round \(round), after the rename"])
            log.reopen()
        }
        log.write(["last"])
        await eventually("all records") { receiver.lines.count >= log.written.count }
        expectSame(receiver.lines, log.written)
        #expect(life.addsUp)
        await life.stop()
    }

    @Test func `several rotations between two lives lose nothing, and keep their order`()
        async throws
    {
        let rig = try LogRig()
        let log = ContainerLog(rig)
        let receiver = LineReceiver()
        let first = try rig.start(receiver)
        log.write(["before"])
        await eventually("the first") { receiver.lines == ["before"] }
        await first.stop()
        for round in 0..<5 {
            log.write(["round \(round), before the rename"])
            log.rename("20261123-0222\(10 + round)")
            log.write(["round \(round), after the rename"])
            log.reopen()
        }
        log.write(["last"])
        let second = try rig.start(receiver)
        await eventually("all records") { receiver.lines.count >= log.written.count }
        #expect(receiver.lines == log.written)
        await second.stop()
    }

    @Test func `a file of the same name, number and size as one that was read is read, too`()
        async throws
    {
        let rig = try LogRig()
        let log = ContainerLog(rig)
        let receiver = LineReceiver()
        let life = try rig.start(receiver)
        log.write(["first"])
        log.rename("1")
        log.reopen()
        log.write(["other"])
        await eventually("the first records") { receiver.lines.count == 2 }
        await eventually("one open generation") { life.pipeline.catalogue.generations.count == 1 }
        // As after two rotations, each of which deletes a file, while nobody looks.
        rig.run("sed s/first/third/ \(log.path).1 > x && dd if=x of=\(log.path).1 conv=notrunc")
        await eventually("the record") { receiver.lines.contains("third") }
        await life.stop()
    }

    @Test func `a link that leads to another file is followed there and back`() async throws {
        let rig = try LogRig()
        rig.run("mkdir plain days && echo monday > days/1.log && ln -s ../days/1.log plain/a.log")
        let receiver = LineReceiver()
        let life = try rig.start(receiver, sources: rig.plainSource())
        await eventually("the first file") { receiver.lines == ["monday"] }
        // As `ln -sfn` and kubelets do it: the new link takes the name in one step.
        rig.run("echo 'late on monday' >> days/1.log && echo tuesday > days/2.log")
        rig.run("ln -s ../days/2.log plain/.new && mv -T plain/.new plain/a.log")
        await eventually("both") { receiver.lines.count == 3 }
        #expect(Set(receiver.lines) == ["monday", "late on monday", "tuesday"])
        await eventually("the first file to be let go of") {
            life.pipeline.catalogue.generations.count == 1
        }
        rig.run("echo again >> days/1.log")
        rig.run("ln -s ../days/1.log plain/.new && mv -T plain/.new plain/a.log")
        await eventually("the first file's new line") { receiver.lines.last == "again" }
        try await Task.sleep(for: .milliseconds(300))
        #expect(receiver.lines.count == 4, "\(receiver.lines)")
        #expect(life.addsUp)
        await life.stop()
    }

    @Test func `a file that was rewritten while no link led to it is read again`() async throws {
        let rig = try LogRig()
        rig.run("mkdir plain days && echo monday > days/1.log && ln -s ../days/1.log plain/a.log")
        let receiver = LineReceiver()
        let life = try rig.start(receiver, sources: rig.plainSource())
        await eventually("the first file") { receiver.lines == ["monday"] }
        rig.run("echo tuesday > days/2.log")
        rig.run("ln -s ../days/2.log plain/.new && mv -T plain/.new plain/a.log")
        await eventually("both") { receiver.lines == ["monday", "tuesday"] }
        await eventually("the first file to be let go of") {
            life.pipeline.catalogue.generations.count == 1
        }
        // The same name, the same inode, and as many bytes.
        rig.run("echo sunday > days/1.log")
        rig.run("ln -s ../days/1.log plain/.new && mv -T plain/.new plain/a.log")
        await eventually("the new content") { receiver.lines == ["monday", "tuesday", "sunday"] }
        #expect(life.addsUp)
        await life.stop()
    }

    @Test(arguments: [false, true])
    func `a writer that does not append leaves a hole where it was truncated`(
        isSeenInBetween: Bool
    ) async throws {
        let rig = try LogRig()
        rig.run("mkdir plain")
        let path = "\(rig.folder)/plain/a.log"
        let file = unsafe open(path, O_WRONLY | O_CREAT, 0o644)
        defer { close(file) }
        func write(_ text: String) {
            let bytes = Array(text.utf8)
            #expect(unsafe Glibc.write(file, bytes, bytes.count) == bytes.count)
        }
        let receiver = LineReceiver()
        let life = try rig.start(receiver, sources: rig.plainSource())
        for number in 0..<2000 { write("line \(number)\n") }
        await eventually("the first lines") { receiver.lines.count == 2000 }
        await eventually("the confirmation") { life.pipeline.ledger.rows.first?.lag == 0 }
        for round in 0..<3 {
            let before = life.pipeline.catalogue.generations.first?.number ?? 0
            unsafe truncate(path, 0)
            if isSeenInBetween {
                await eventually("the truncation to be seen") {
                    rig.counter("martlet_log_files_truncated_total", [.init("source", "plain")])
                        > round
                }
            }
            write("after truncation \(round)\n")
            await eventually("the line after truncation \(round)") {
                receiver.lines.last == "after truncation \(round)"
            }
            #expect(receiver.lines.count == 2001 + round)
            await eventually("another generation") {
                life.pipeline.catalogue.generations.first?.number ?? 0 > before
            }
            await eventually("the confirmation") { life.pipeline.ledger.rows.first?.lag == 0 }
        }
        // Holes are read, as everything else, and left out on purpose. Where the truncation was not seen
        // in between, what came behind the old end may have been of the old content, and counts as lost.
        let total = try #require(life.pipeline.ledger.rows.first?.total)
        #expect(total.addsUp && total.filtered.bytes > 0)
        #expect(total.lost.isEmpty || !isSeenInBetween)
        #expect(total.lost.allSatisfy { $0.key == .rewritten && $0.value.bytes <= 100 })
        await life.stop()
    }

    @Test func `a file deleted while it is written is read to its end`() async throws {
        let rig = try LogRig()
        let log = ContainerLog(rig)
        let receiver = LineReceiver()
        let life = try rig.start([("sink", receiver)]) { $0.rotateWait = .seconds(2) }
        log.write(["before"])
        await eventually("the first") { receiver.lines == ["before"] }
        unsafe unlink(log.path)
        for round in 0..<10 {
            log.write(["written to no name \(round)"])
            await eventually("round \(round)", within: 10) { receiver.lines == log.written }
        }
        log.close()
        await eventually("it is let go of") { life.pipeline.catalogue.generations.isEmpty }
        #expect(life.addsUp)
        await life.stop()
    }

    @Test(arguments: ["mkfifo", "mknod-null", "mkdir", "ln -s /dev/zero", "ln -s 0.log", "socket"])
    func `what takes a file's name while it is read holds nothing up`(_ kind: String) async throws {
        let rig = try LogRig()
        let log = ContainerLog(rig)
        let other = ContainerLog(rig, pod: "other", uid: "o")
        log.write(["in the file"])
        other.write(["at the neighbour's"])
        let receiver = LineReceiver()
        let life = try rig.start(receiver)
        await eventually("both") { receiver.lines.count == 2 }
        log.write(["the last line"])
        rig.run("rm \(log.path)")
        switch kind {
        case "mknod-null":
            // Who may not make devices gets a pipe.
            rig.run("mknod \(log.path) c 1 3 2>/dev/null || mkfifo \(log.path)")
        case "socket":
            rig.run(
                "python3 -c 'import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])'"
                    + " \(log.path)"
            )
        default: rig.run("cd \(log.folder) && \(kind) 0.log")
        }
        other.write(["at the neighbour's, later"])
        await eventually("the rest") { receiver.lines.count == 4 }
        if kind != "mkdir" {
            await eventually("an error") {
                rig.counter("martlet_log_file_errors_total", Self.label) > 0
            }
            #expect(rig.told("can't be read") == 1)
        }
        rig.run("rm -r \(log.path)")
        log.reopen()
        log.write(["a file again"])
        await eventually("the file again") { receiver.lines.last == "a file again" }
        expectSame(receiver.lines, log.written + other.written)
        await life.stop()
    }
}
