package import Config
import Logging
import Pipeline
import Transport
import UnixSignals

/// The running agent: port, signals, watchdog and the graph of its configuration.
package struct AgentProcess: Sendable {
    private let plan: AgentPlan
    private let path: String?
    private let environment: [String: String]
    private let warnings: [ConfigProblem]

    /// Prepares an agent; `warnings` are those of the configuration, to be logged at the start.
    package init(
        plan: AgentPlan,
        configurationPath: String?,
        environment: [String: String],
        warnings: [ConfigProblem],
    ) {
        self.plan = plan
        self.path = configurationPath
        self.environment = environment
        self.warnings = warnings
    }

    /// Runs until SIGTERM or SIGINT, then drains.
    package func run() async throws {
        // Twice before anything grows: reading the configuration needs other code than starting does.
        StartupPages.release()
        let services = try AgentServices(self.plan)
        ProcessSettings.apply(services.logger)
        let notices = ServiceManager()
        for warning in self.warnings {
            services.logger.warning("configuration warning", metadata: ["problem": "\(warning)"])
        }
        let supervisor = try Supervisor(
            self.plan,
            services,
            path: self.path,
            environment: self.environment,
            notices: notices,
        )
        let server = try await HTTPServer.bind(
            self.plan.options.server.listen,
            service: AdminRouter(AdminEndpoints.all(supervisor, services)),
        )
        services.meters.attach(PortMetrics(server: server))
        let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint, .sighup)
        StartupPages.release()
        try await supervisor.start()
        self.announce(server.addresses, services.logger)
        notices.ready("running")

        let cluster = Task { await services.cluster.run() }
        await withTaskGroup { group in
            group.addTask { await server.run() }
            group.addTask { await notices.keepAlive(on: services.clock) }
            group.addTask { await self.watchConfiguration(supervisor, services.clock) }
            group.addTask {
                for delay in StartupPages.delays {
                    do { try await services.clock.sleep(for: delay) } catch { return }
                    StartupPages.release()
                }
            }
            await Self.handle(signals, supervisor, services.logger)
            notices.stopping()
            await supervisor.stop()
            // Before the transport: a watch that is cut off by it would be told of as trouble.
            cluster.cancel()
            await cluster.value
            await services.exchange.shutdown()
            server.stop()
            group.cancelAll()
        }
        services.logger.notice("stopped")
    }

    /// Returns when the agent is told to stop.
    private static func handle(
        _ signals: UnixSignalsSequence,
        _ supervisor: Supervisor,
        _ logger: Logger,
    ) async {
        for await signal in signals {
            switch signal {
            case .sighup:
                _ = await supervisor.reload("SIGHUP")
            default:
                logger.notice("draining", metadata: ["signal": "\(signal)"])
                return
            }
        }
    }

    private func watchConfiguration(_ supervisor: Supervisor, _ clock: any AgentClock) async {
        guard let path = self.path else { return }
        var patterns = self.plan.options.scrapeConfigFiles
        var watch = ConfigurationWatch(path: path, patterns: patterns)
        while await watch.next(on: clock, patterns: patterns) {
            _ = await supervisor.reload("the file changed")
            let current = await supervisor.graph.plan.options.scrapeConfigFiles
            if current != patterns { watch.follow(current) }
            patterns = current
        }
    }

    private func announce(_ addresses: [String], _ logger: Logger) {
        let pages = addresses.map { address -> String in
            if address.hasPrefix("unix:") { return address }
            return "http://\(address)/"
        }
        logger.notice(
            "running",
            metadata: [
                "version": "\(AgentVersion.number)", "node": "\(self.plan.nodeName)",
                "page": "\(pages.joined(separator: " "))",
                "config": "\(self.path ?? "built-in defaults")",
            ],
        )
    }
}
