import LogRules
import Testing

/// One of so many records goes through, the first being the first.
@Suite struct SampleStepTests {
    @Test func keepsOneInSoMany() throws {
        let worker = try StepBench.worker(SampleStep.self, "one_in: 3")
        let lines = (0..<7).map { "line \($0)" }
        #expect(StepBench.run([worker], on: lines).map(\.body) == ["line 0", "line 3", "line 6"])
    }
}
