import Codecs
import Kubernetes
import Logging
import Pipeline
import Transport

/// What lives as long as the process, whatever configuration is in use.
struct AgentServices: Sendable {
    let clock: any AgentClock
    let meters: Meters
    let logger: Logger
    let exchange: CurlExchange
    let names = SocketNameExchange()
    /// Where collectors run.
    let collectors: ThreadExecutor
    /// Where expositions are parsed and samples encoded.
    let scrapes: ThreadExecutor
    let state: AgentState
    let cluster: ClusterServices

    /// Starts the threads.
    init(_ plan: AgentPlan) throws {
        let options = plan.options.agent
        self.clock = SystemClock()
        self.meters = Meters()
        let style: StandardErrorLog.Style
        switch options.format {
        case .auto: style = .automatic
        case .text: style = .text
        case .json: style = .json
        }
        let level = Logger.Level(rawValue: options.level.rawValue) ?? .info
        self.logger = Logger(label: "martlet") { _ in StandardErrorLog(style: style, level: level) }
        self.exchange = try CurlExchange(version: AgentVersion.number)
        self.collectors = try ThreadExecutor("collectors")
        self.scrapes = try ThreadExecutor("scrapes")
        self.state = AgentState()
        let context = plan.context(clock: self.clock, meters: self.meters, logger: self.logger)
        self.cluster = try ClusterServices(
            plan,
            over: self.exchange,
            context,
            startJitter: plan.options.kubernetes.cluster.startJitter,
        )
        self.meters.attach(self.state)
        self.meters.attach(ProcessMetrics(clock: self.clock))
        self.meters.attach(HTTPClientMetrics(exchange: self.exchange))
    }
}
