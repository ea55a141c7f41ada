import Codecs

extension TraceSample {
    static let exceptions = [
        TraceSample(
            "Java, with a log line before and causes",
            .traces(.exceptions),
            #"""
            ▶2026-11-24 10:00:00,001 INFO  [main] c.e.Shop - started
            ▶2026-11-24 10:00:01,002 ERROR [http-1] c.e.Shop - Request failed
            java.lang.IllegalStateException: no stock: "5"
            ⇥at com.example.Shop.sell(Shop.java:42) ~[app.jar:1.2]
            ⇥at com.example.Shop$$Lambda$14/0x0800.apply(Unknown Source)
            ⇥at java.base/java.lang.Thread.run(Thread.java:840)
            ⇥Suppressed: java.io.IOException: close failed
            ⇥⇥at com.example.Shop.close(Shop.java:50)
            ⇥⇥... 3 common frames omitted
            Caused by: org.postgresql.util.PSQLException: ERROR: duplicate key
              Detail: Key (id)=(5) already exists.
            ⇥at org.postgresql.core.v3.QueryExecutorImpl.receive(QueryExecutorImpl.java:2676)
            ⇥... 17 more
            ⇥[CIRCULAR REFERENCE: java.lang.IllegalStateException: no stock]
            ▶2026-11-24 10:00:01,003 INFO  [main] c.e.Shop - goes on
            """#,
        ),
        TraceSample(
            "Java without a logger",
            .traces(.exceptions),
            #"""
            ▶ready
            ▶Exception in thread "main" java.lang.RuntimeException: Something has gone wrong
            ⇥at com.example.Main.main(Main.java:10)
            ▶ready again
            ▶com.example.OddFailure: not named as exceptions are
            ⇥at com.example.Main.main(Main.java:11)
            ▶javax.servlet.ServletException: Something bad happened; nested exception is:
            java.lang.IllegalArgumentException: no such thing
            ⇥at com.example.Filter.doFilter(Filter.java:60)
            Wrapped by: com.example.WrappedException: outer
            ⇥at com.example.Filter.init(Filter.java:5)
            ▶java.lang.OutOfMemoryError
            ⇥at com.example.Main.fill(Main.java:12)
            ▶Caching of com.example.Main:12 is on
            """#,
        ),
        TraceSample(
            "Kotlin and Scala",
            .traces(.exceptions),
            #"""
            ▶kotlin.UninitializedPropertyAccessException: lateinit property x has not been initialized
            ⇥at com.example.MainKt.main(Main.kt:3)
            ⇥at com.example.MainKt$main$1.invokeSuspend(Main.kt)
            ▶scala.MatchError: 7 (of class java.lang.Integer)
            ⇥at example.Main$.delayedEndpoint$example$Main$1(Main.scala:9)
            ▶done
            """#,
        ),
        TraceSample(
            ".NET",
            .traces(.exceptions),
            #"""
            ▶Now listening on: http://localhost:5000
            ▶Unhandled exception. System.InvalidOperationException: Outer
             ---> System.ArgumentNullException: Value cannot be null. (Parameter 'key')
               at Shop.Store.Find(String key) in /src/Store.cs:line 12
               --- End of inner exception stack trace ---
               at Shop.Program.Main(String[] args) in /src/Program.cs:line 7
            --- End of stack trace from previous location where exception was thrown ---
               at System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw()
            ▶[10:00:00 ERR] Request failed
            System.Net.Http.HttpRequestException: Connection refused (shop:80)
               at System.Net.Http.HttpConnectionPool.ConnectAsync(CancellationToken token)
            ▶[10:00:01 INF] goes on
            """#,
        ),
        TraceSample(
            "JavaScript, uncaught in Node.js",
            .traces(.javascript),
            #"""
            ▶listening on 3000
            ▶/app/index.js:3
            ⇥throw new TypeError("no such thing", { cause: other })
            ⇥^

            TypeError: no such thing
                at fail (/app/index.js:3:8)
                at async Promise.all (index 0)
                at node:internal/main/run_main_module:23:47 {
              code: 'ERR_SHOP',
              [cause]: Error: other
                  at Object.<anonymous> (/app/index.js:1:15)
            }

            Node.js v18.19.0
            ▶listening on 3001
            """#,
        ),
        TraceSample(
            "JavaScript, logged",
            .traces(.javascript),
            #"""
            ▶Error [ERR_MODULE_NOT_FOUND]: Cannot find package 'x'
                at new NodeError (node:internal/errors:405:5)
                at async ModuleLoader.import (node:internal/modules/esm/loader:316:24)
            ▶{"level":"info","msg":"one line"}
            ▶{"level":"info","msg":"and another"}
            ▶2026-11-24T10:00:00.000Z error: boom
            Error: boom
                at /app/index.js:9:9
            ▶SyntaxError without a trace
            """#,
        ),
    ]
}
