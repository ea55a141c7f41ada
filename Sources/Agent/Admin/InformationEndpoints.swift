import Bytes
import Codecs
import Glibc
import Pipeline
import Scraping

/// `/api/v1/status/config`: the configuration in use as YAML, secrets hidden.
struct ConfigurationEndpoint: AdminEndpoint {
    let methods = ["GET"]
    let path = "/api/v1/status/config"
    let plan: @Sendable () async -> AgentPlan

    func answer(_ request: HTTPIncoming) async -> HTTPAnswer {
        let shown = await self.plan().shown
        return APIAnswer.success { json in
            json.object { $0.member("yaml", shown) }
        }
    }
}

/// `/api/v1/scrape_pools`: the jobs' names.
struct ScrapePoolsEndpoint: AdminEndpoint {
    let methods = ["GET"]
    let path = "/api/v1/scrape_pools"
    let manager: @Sendable () async -> ScrapeManager

    func answer(_ request: HTTPIncoming) async -> HTTPAnswer {
        let names = await self.manager().jobNames
        return APIAnswer.success { json in
            json.object { json in
                json.key("scrapePools")
                json.array { json in
                    for name in names { json.value(name) }
                }
            }
        }
    }
}

/// `/api/v1/status/buildinfo`: what this build is; Grafana asks for it.
struct BuildInformationEndpoint: AdminEndpoint {
    let methods = ["GET"]
    let path = "/api/v1/status/buildinfo"

    func answer(_ request: HTTPIncoming) async -> HTTPAnswer {
        APIAnswer.success { json in
            json.object { json in
                json.member("version", AgentVersion.number)
                json.member("application", "Martlet")
                for name in ["revision", "branch", "buildUser", "buildDate", "goVersion"] {
                    json.member(name, "")
                }
            }
        }
    }
}

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
