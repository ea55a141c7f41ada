import Agent
import Pipeline
import Testing

@Suite struct AdminRouterTests {
    private struct Greeting: AdminEndpoint {
        let methods = ["GET"]
        let path = "/hello"

        func answer(_ request: HTTPIncoming) async -> HTTPAnswer { .text(200, "hello\n") }
    }

    private let router = AdminRouter([Greeting()])

    @Test(arguments: [
        ("GET", "/hello", 200), ("HEAD", "/hello", 200), ("POST", "/hello", 405),
        ("GET", "/nothing", 404), ("GET", "/hello/", 404),
    ])
    func routes(_ method: String, _ path: String, _ status: Int) async {
        let answer = await self.router.respond(to: HTTPIncoming(method: method, path: path))
        #expect(answer.status == status)
        if status == 405 {
            #expect(answer.headers.contains(HTTPHeader("Allow", "GET")))
        }
    }
}
