/// What the only fuzzer of this process does with an input.
///
/// libFuzzer calls a C function, which can't bring its context along. Set once, before the first
/// call, and read by that one thread.
nonisolated(unsafe) private var body: (inout FuzzInput) -> Void = { _ in }

/// libFuzzer's own entry, from `fuzzer/FuzzerInterface.h` of compiler-rt.
///
/// SwiftPM renames `main`, so libFuzzer's is never called.
@_extern(c, "LLVMFuzzerRunDriver")
private func runDriver(
    _ argumentCount: UnsafeMutablePointer<CInt>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ callback: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt,
) -> CInt

/// Calls `test` with one input after another, as the command line asks; returns when time is up.
package func fuzz(_ test: @escaping (inout FuzzInput) -> Void) {
    unsafe body = test
    var count = CommandLine.argc
    var arguments = unsafe CommandLine.unsafeArgv
    _ = unsafe runDriver(&count, &arguments) { start, count in
        var input = unsafe FuzzInput(start, count)
        unsafe body(&input)
        return 0
    }
}
