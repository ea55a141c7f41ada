import Bytes
import Codecs
import Glibc
import Pipeline

/// `/api/v1/status/runtimeinfo`: since when the process runs, and with which configuration.
///
/// What only Go programs have is empty or 0.
struct RuntimeInformationEndpoint: AdminEndpoint {
    let methods = ["GET"]
    let path = "/api/v1/status/runtimeinfo"
    let state: AgentState
    let clock: any AgentClock

    func answer(_ request: HTTPIncoming) async -> HTTPAnswer {
        let now = self.clock.wallNanoseconds
        let age = ProcessUsage.current()?.ageSeconds ?? 0
        let snapshot = self.state.snapshot
        return APIAnswer.success { json in
            json.object { json in
                json.member("startTime", Self.text(now - Int64(age * 1e9)))
                json.member("CWD", Self.workingDirectory)
                json.member("reloadConfigSuccess", snapshot.refusedConfiguration == nil)
                json.member("lastConfigTime", Self.text(snapshot.loadedAt))
                json.member("corruptionCount", 0)
                json.member("goroutineCount", 0)
                json.member("GOMAXPROCS", sysconf(Int32(_SC_NPROCESSORS_ONLN)))
                json.member("GOGC", "")
                json.member("GODEBUG", "")
                json.member("storageRetention", "")
            }
        }
    }

    private static func text(_ nanoseconds: Int64) -> String {
        var time = OutputBuffer(capacity: 32)
        time.append(rfc3339: nanoseconds)
        return time.text
    }

    private static var workingDirectory: String {
        guard let path = unsafe getcwd(nil, 0) else { return "" }
        defer { unsafe free(path) }
        return unsafe String(cString: path)
    }
}
