import Testing

@testable import LogSources

struct PathPatternTests {
    @Test(arguments: [
        ("/var/log/*.log", "/var/log", ["/var/log/a.log"], ["/var/log/app/a.log", "/a.log"]),
        (
            "/var/log/app/**/*.log", "/var/log/app",
            ["/var/log/app/a.log", "/var/log/app/b/a.log", "/var/log/app/b/c/d/a.log"],
            ["/var/log/a.log", "/var/log/app/b/a.txt", "/var/log/app/.git/a.log"],
        ),
        (
            "/var/log/*/current", "/var/log", ["/var/log/x/current"],
            ["/var/log/current", "/var/log/x/y/current", "/var/log/.x/current"],
        ),
        (
            "/var/log/**", "/var/log", ["/var/log/a", "/var/log/a/b/c.gz"],
            ["/var/lib/a", "/var/log/.a"],
        ),
        (
            "/var/**/log/**/[ab]?.txt", "/var",
            ["/var/log/a1.txt", "/var/x/log/b2.txt", "/var/x/y/log/z/log/a3.txt"],
            ["/var/a1.txt", "/var/log/c1.txt", "/var/log/a.txt"],
        ),
        ("/srv/one.log", "/srv", ["/srv/one.log"], ["/srv/one.log.1", "/srv/two.log"]),
        ("//srv//app//*.log", "/srv/app", ["/srv/app/a.log"], ["/srv/a.log"]),
        ("/srv/a.b/x-*.log", "/srv/a.b", ["/srv/a.b/x-1.log"], ["/srv/aXb/x-1.log"]),
    ])
    func `a pattern stands for whole paths`(
        _ text: String,
        _ root: String,
        _ matching: [String],
        _ other: [String],
    ) throws {
        let pattern = try #require(PathPattern(text))
        #expect(pattern.root == root)
        for path in matching {
            #expect(pattern.matches(path), "\(path)")
            // Every folder on the way has to be looked into.
            var folder = path
            while let slash = folder.lastIndex(of: "/"), folder != pattern.root {
                folder = String(folder[..<slash])
                #expect(pattern.leads(into: folder), "\(folder)")
                if folder == pattern.root { break }
            }
        }
        for path in other { #expect(!pattern.matches(path), "\(path)") }
    }

    @Test(arguments: ["", "*.log", "app/*.log", "/*.log", "/**/*.log", "/", "/file"])
    func `a pattern that would search everything, or nowhere, is none`(_ text: String) {
        #expect(PathPattern(text) == nil)
    }

    @Test func `folders that lead nowhere are not looked into`() throws {
        let pattern = try #require(PathPattern("/var/log/*/app/*.log"))
        #expect(pattern.leads(into: "/var/log/x/app"))
        for folder in ["/var/lib", "/var/log/x/other", "/var/log/x/app/deeper", "/var/log/.x"] {
            #expect(!pattern.leads(into: folder), "\(folder)")
        }
    }

    @Test func `one file is found whatever characters its folder has`() {
        let pattern = PathPattern(file: "/var/a[1]*/events.log")
        #expect(pattern.root == "/var/a[1]*")
        #expect(pattern.names(in: "/var/a[1]*") == ["events.log"])
        #expect(!pattern.matches("/var/a1/events.log"))
    }
}
