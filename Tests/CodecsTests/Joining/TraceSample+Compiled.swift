import Codecs

extension TraceSample {
    static let compiled = [
        TraceSample(
            "Go, a panic that was recovered and came again",
            .traces(.go),
            #"""
            ▶2026/11/24 10:00:00 listening
            ▶panic: runtime error: invalid memory address or nil pointer dereference [recovered]
            ⇥panic: again
            [signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x47a1b2]

            goroutine 1 [running, locked to thread]:
            main.(*Shop).Sell(0x0, {0xc000012345, 0x4})
            ⇥/app/shop.go:12 +0x1d
            panic({0x48e1c0?, 0x4c8a70?})
            ⇥/usr/local/go/src/runtime/panic.go:770 +0x132
            created by main.main in goroutine 1
            ⇥/app/main.go:9 +0x4f

            goroutine 18 [chan receive, 2 minutes]:
            github.com/acme/shop/worker.Run[...](...)
            ⇥/app/worker/run.go:33
            exit status 2
            ▶2026/11/24 10:00:01 listening
            """#,
        ),
        TraceSample(
            "Go, fatal errors and signals",
            .traces(.go),
            #"""
            ▶fatal error: all goroutines are asleep - deadlock!

            goroutine 1 [chan receive]:
            main.main()
            ⇥/app/main.go:5 +0x36
            ▶ordinary(call) of something
            ▶SIGQUIT: quit
            PC=0x46e2a1 m=0 sigcode=0

            goroutine 0 [idle]:
            runtime.futex(0x5b3d68, 0x80, 0x0, 0x0, 0x0, 0x0)
            ⇥/usr/local/go/src/runtime/sys_linux_amd64.s:557 +0x21

            rax    0xca
            rip    0x46e2a1
            ▶ready
            ▶fatal error: stack overflow

            runtime stack:
            runtime.throw({0x49c1a3?, 0x0?})
            ⇥/usr/local/go/src/runtime/panic.go:1023 +0x5c
            ▶2026/11/24 10:00:00 http: panic serving 127.0.0.1:55012: boom
            goroutine 7 [running]:
            net/http.(*conn).serve.func1()
            ⇥/usr/local/go/src/net/http/server.go:1903 +0xbe
            ▶2026/11/24 10:00:00 listening
            """#,
        ),
        TraceSample(
            "Rust",
            .traces(.rust),
            #"""
            ▶listening
            ▶thread 'main' panicked at src/main.rs:4:10:
            called `Option::unwrap()` on a `None` value
            stack backtrace:
               0: rust_begin_unwind
                         at /rustc/9fc6b431/library/std/src/panicking.rs:652:5
               1: shop::main
                         at ./src/main.rs:4:10
            note: Some details are omitted, run with `RUST_BACKTRACE=full` for a verbose backtrace.
            ▶thread 'worker-1' panicked at 'no stock', src/worker.rs:9:5
            note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace
            ▶Error: cannot open the shop

            Caused by:
                0: no key
                1: No such file or directory (os error 2)
            ▶listening
            """#,
        ),
    ]

    static let all = Self.exceptions + Self.scripts + Self.compiled
}
