import Codecs
import Pipeline

// Everything, page by page.
extension Reflector {
    /// Lists all objects.
    ///
    /// - Returns: Where a watch goes on.
    func list() async throws(APIFailure) -> String {
        let limits = self.tools.limits
        let objects = ObjectIntake(self.store, self.meters, limit: limits.objects)
        let intake = ListIntake<Object>(objects, objectBytes: limits.objectBytes)
        var token = ""
        var isPaged = true
        for _ in 0..<limits.pages {
            var request = APIRequest(.list, Object.resource, self.query)
            request.timeout = limits.listTime
            if isPaged { request.add("limit", "\(limits.pageObjects)") }
            if token.isEmpty {
                // Whatever the server has at hand: thousands of nodes must not make it ask etcd.
                request.add("resourceVersion", "0")
            } else {
                request.add("continue", token)
            }
            do throws(APIFailure) {
                let page = try await self.page(request, intake)
                if page.continueToken.isEmpty {
                    return try self.finish(page, intake)
                }
                token = page.continueToken
            } catch {
                // Later pages are of the list's time, which the server may no longer know.
                guard error.kind == .expired, !token.isEmpty else { throw error }
                token = ""
                isPaged = false
                intake.restart()
            }
        }
        throw APIFailure(
            .unreadable,
            "expected at most \(limits.pages) pages of a list, found more",
        )
    }

    private func page(
        _ request: APIRequest,
        _ intake: ListIntake<Object>,
    ) async throws(APIFailure) -> ListIntake<Object>.Page {
        let limits = self.tools.limits
        do throws(APIFailure) {
            let last = try await self.tools.client.send(
                request,
                pieces: HTTPPieces(size: limits.listPiece) { piece in intake.take(piece) },
                responseLimit: limits.pageBytes,
            )
            _ = intake.take(last)
        } catch {
            if intake.problem == nil { throw error }
        }
        do throws(ObjectUnreadable) {
            return try intake.endPage()
        } catch {
            intake.restart()
            throw APIFailure(.unreadable, "\(error)")
        }
    }

    private func finish(
        _ page: ListIntake<Object>.Page,
        _ intake: ListIntake<Object>,
    ) throws(APIFailure) -> String {
        if page.resourceVersion.isEmpty {
            throw APIFailure(.unreadable, "expected the list's resourceVersion, found none")
        }
        intake.finish()
        return page.resourceVersion
    }
}
