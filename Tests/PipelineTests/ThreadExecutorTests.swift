import Glibc
import Pipeline
import Testing

@Suite struct ThreadExecutorTests {
    private actor Desk {
        private let executor: ThreadExecutor
        private var entries: [Int] = []

        nonisolated var unownedExecutor: UnownedSerialExecutor {
            unsafe self.executor.asUnownedSerialExecutor()
        }

        init(_ executor: ThreadExecutor) { self.executor = executor }

        func thread() -> UInt { UInt(pthread_self()) }

        func add(_ entry: Int) -> Int {
            self.entries.append(entry)
            return self.entries.count
        }

        func assertsItself() -> Bool {
            self.preconditionIsolated()
            return true
        }
    }

    private func threads(named name: String) -> Int {
        var count = 0
        guard let folder = unsafe opendir("/proc/self/task") else { return 0 }
        defer { unsafe closedir(folder) }
        while let entry = unsafe readdir(folder) {
            let task = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
                unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) {
                    unsafe String(cString: $0)
                }
            }
            guard let file = unsafe fopen("/proc/self/task/\(task)/comm", "r") else { continue }
            defer { unsafe fclose(file) }
            var line = [CChar](repeating: 0, count: 32)
            if unsafe fgets(&line, 32, file) != nil {
                let text = String(decoding: line.map { UInt8(bitPattern: $0) }, as: UTF8.self)
                if text.hasPrefix(name) { count += 1 }
            }
        }
        return count
    }

    @Test func anActorStaysOnOneThreadOfItsOwn() async throws {
        let desk = Desk(try ThreadExecutor("desk-1"))
        let first = await desk.thread()
        for _ in 0..<20 {
            await Task.yield()
            let next = await desk.thread()
            #expect(next == first)
        }
        #expect(self.threads(named: "desk-1") == 1)
        #expect(await desk.assertsItself())
    }

    @Test func manyTasksAreServedOneAfterTheOther() async throws {
        let desk = Desk(try ThreadExecutor("desk-2"))
        let counts = await withTaskGroup(of: Int.self) { group in
            for entry in 0..<500 { group.addTask { await desk.add(entry) } }
            return await group.reduce(into: Set<Int>()) { $0.insert($1) }
        }
        #expect(counts == Set(1...500))
    }

    @Test func itIsATaskExecutorAsWell() async throws {
        let executor = try ThreadExecutor("desk-3")
        let desk = Desk(executor)
        let thread = await desk.thread()
        let task = Task(executorPreference: executor) { UInt(pthread_self()) }
        #expect(await task.value == thread)
    }

    @Test func theThreadEndsWithTheExecutor() async throws {
        func use() async throws {
            let desk = Desk(try ThreadExecutor("desk-4"))
            _ = await desk.add(1)
        }
        try await use()
        for _ in 0..<500 where self.threads(named: "desk-4") > 0 {
            try await Task.sleep(for: .milliseconds(10))
        }
        #expect(self.threads(named: "desk-4") == 0)
    }
}
