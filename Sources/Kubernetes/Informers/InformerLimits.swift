/// What bounds a watch in time and memory.
package struct InformerLimits: Sendable {
    /// How long the last lease's watch goes on, for who comes back soon.
    package var linger = Duration.seconds(30)
    /// How many seconds a watch is asked to last; chance decides for each.
    package var watchSeconds = 300...600
    /// After how much more a watch is taken for dead.
    package var watchMargin = Duration.seconds(30)
    /// The time for one page of a list.
    package var listTime = Duration.seconds(120)
    /// How long a server may send nothing of what a watch begins with before it is asked for lists.
    package var initialEventsTime = Duration.seconds(60)
    /// The first and the last wait after failures, doubling; chance makes each up to twice as long.
    package var firstRetry = Duration.milliseconds(800)
    package var lastRetry = Duration.seconds(30)
    /// How long all must be well for the first wait to be the next.
    package var wellTime = Duration.seconds(120)
    /// The wait after a refusal that only an administrator can change.
    package var refusedRetry = Duration.seconds(600)
    /// A watch that ends sooner and without an event has failed.
    package var shortWatch = Duration.seconds(1)
    /// The most bytes of an object.
    package var objectBytes = APIClient.objectBytes
    /// The most objects of a watch.
    package var objects = 500_000
    /// Objects asked for on one page.
    package var pageObjects = 500
    /// The most pages of a list.
    package var pages = 2000
    /// The most bytes of a page; old servers send everything on one.
    package var pageBytes = 4 << 30
    /// The bytes that are read of a list or a watch before they are looked at.
    package var listPiece = 256 << 10
    package var watchPiece = 64 << 10

    /// The defaults.
    package init() {}
}
