import Bytes

/// The page at `/`: one document without outside resources.
///
/// It comes with the state it shows, so that it is complete at once, and asks `/api/v1/status` for
/// the next ones.
enum StatusPage {
    /// Appends the document with `status`, a JSON text, inside.
    static func write(status: borrowing OutputBuffer, into output: inout OutputBuffer) {
        output.append(Self.head)
        // Inside a script element `<` could end it; in JSON it may only stand in a string.
        let text = status.span
        for index in 0..<text.count {
            if text[index] == UInt8(ascii: "<") {
                output.append("\\u003c")
            } else {
                output.append(text[index])
            }
        }
        output.append(Self.tail)
    }

    private static let head: StaticString = #"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>Martlet</title>
        <link rel="icon" href="data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'><path d='M2 12c6-1 9 1 11 4 2-6 7-10 17-10-6 3-9 7-10 12-1 4-4 7-9 7 2-2 2-4 1-6-2-4-5-6-10-7z' fill='%23356'/></svg>">
        <style>
        :root{--bg:#f7f8f9;--card:#fff;--ink:#1c2730;--dim:#66737e;--line:#e1e6ea;--ok:#1f7a4d;--warn:#a86500;--bad:#b3261e;--bar:#3b6ea5;--barbg:#e8edf2}
        @media (prefers-color-scheme:dark){:root{--bg:#12171b;--card:#1a2127;--ink:#e3e9ee;--dim:#8d9aa5;--line:#2b343c;--ok:#5cc08d;--warn:#e0a23f;--bad:#f0776e;--bar:#6ea3d8;--barbg:#28323a}}
        *{box-sizing:border-box}
        body{margin:0;background:var(--bg);color:var(--ink);font:14px/1.45 system-ui,sans-serif}
        header{display:flex;flex-wrap:wrap;gap:8px 20px;align-items:center;padding:14px 24px;background:var(--card);border-bottom:1px solid var(--line)}
        header h1{font-size:18px;margin:0;display:flex;gap:8px;align-items:center}
        header svg{width:24px;height:24px;fill:var(--bar)}
        main{max-width:1180px;margin:0 auto;padding:16px 24px 48px}
        .dim{color:var(--dim)}.ok{color:var(--ok)}.warn{color:var(--warn)}.bad{color:var(--bad)}
        .pill{border:1px solid currentColor;border-radius:99px;padding:1px 10px;font-size:12px;font-weight:600}
        section{background:var(--card);border:1px solid var(--line);border-radius:8px;margin-top:16px;overflow:hidden}
        section>h2{font-size:13px;letter-spacing:.02em;margin:0;padding:10px 16px;border-bottom:1px solid var(--line);display:flex;justify-content:space-between;gap:12px}
        section>h2 span{font-weight:400;color:var(--dim)}
        .scroll{overflow-x:auto;max-height:420px;overflow-y:auto}
        #collectors{max-height:260px}
        .scroll.tall{max-height:640px}
        .tools{display:flex;flex-wrap:wrap;gap:8px 16px;align-items:center;padding:8px 16px;border-bottom:1px solid var(--line);color:var(--dim);font-size:12px}
        .tools input[type=search]{flex:1;min-width:220px;max-width:460px;font:inherit;font-size:13px;color:var(--ink);background:var(--bg);border:1px solid var(--line);border-radius:6px;padding:5px 10px}
        .tools label{display:flex;gap:6px;align-items:center;cursor:pointer}
        #targets th,#targets td{padding:5px 8px}
        #targets th:first-child,#targets td:first-child{padding-left:16px}
        #targets th:last-child,#targets td:last-child{padding-right:16px}
        .problem b{flex:none;max-width:45%;overflow-wrap:anywhere}
        tr.job td:nth-child(2){white-space:normal;max-width:300px}
        tr.job td{background:var(--bg);cursor:pointer;font-weight:600}
        tr.job td:first-child::before{content:"▸";display:inline-block;width:16px;color:var(--dim)}
        tr.job.open td:first-child::before{content:"▾"}
        #targets tr.target td:first-child{padding-left:32px}
        #targets tr.error td{padding:0 16px 8px 32px;white-space:normal;overflow-wrap:anywhere}
        tr.target.has-error td{border-bottom:0}
        td.labels{white-space:normal;overflow-wrap:anywhere;min-width:260px;font:12px ui-monospace,monospace}
        table{border-collapse:collapse;width:100%}
        th,td{text-align:left;padding:6px 16px;white-space:nowrap;font-variant-numeric:tabular-nums;border-bottom:1px solid var(--line)}
        tr:last-child td{border-bottom:0}
        th{font-size:12px;font-weight:500;color:var(--dim);position:sticky;top:0;background:var(--card)}
        td.n,th.n{text-align:right}
        td.wrap{white-space:normal;overflow-wrap:anywhere;min-width:220px}
        .facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:12px;margin-top:16px}
        .fact{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:10px 14px}
        .fact b{display:block;font-size:20px;font-weight:600;font-variant-numeric:tabular-nums}
        .fact span{color:var(--dim);font-size:12px}
        .empty{padding:14px 16px;color:var(--dim)}
        .problem{padding:9px 16px;border-bottom:1px solid var(--line);display:flex;gap:10px}
        .problem:last-child{border-bottom:0}
        .bar{display:inline-block;width:90px;height:7px;border-radius:4px;background:var(--barbg);overflow:hidden;vertical-align:middle}
        .bar i{display:block;height:100%;background:var(--bar)}
        a{color:var(--bar)}
        code{font:12px ui-monospace,monospace}
        footer{color:var(--dim);margin-top:20px;font-size:12px}
        </style>
        </head>
        <body>
        <header>
        <h1><svg viewBox="0 0 32 32" aria-hidden="true"><path d="M2 12c6-1 9 1 11 4 2-6 7-10 17-10-6 3-9 7-10 12-1 4-4 7-9 7 2-2 2-4 1-6-2-4-5-6-10-7z"/></svg>Martlet</h1>
        <b id="node"></b><span id="state" class="pill dim">connecting</span>
        <span class="dim" id="about"></span>
        </header>
        <main>
        <div class="facts" id="facts"></div>
        <section><h2>What is wrong <span id="problems-n"></span></h2><div id="problems" class="empty">Loading.</div></section>
        <section><h2>Collected on this node <span id="collectors-n"></span></h2><div class="scroll" id="collectors"></div></section>
        <section><h2>Scraped targets <span id="targets-n"></span></h2>
        <div class="tools"><input id="filter" type="search" placeholder="filter: words of job, labels, address or error" aria-label="Filter targets">
        <label><input id="healthy" type="checkbox"> show healthy jobs' targets</label></div>
        <div class="scroll tall" id="targets"></div></section>
        <section><h2>Dropped targets <span id="dropped-n"></span></h2><div class="scroll" id="dropped"></div></section>
        <section><h2>Metrics sent to <span id="receivers-n"></span></h2><div class="scroll" id="receivers"></div></section>
        <section><h2>Logs sent to <span id="sinks-n"></span></h2><div class="scroll" id="sinks"></div></section>
        <section><h2>Log files <span id="streams-n"></span></h2><div class="scroll" id="streams"></div></section>
        <section><h2>Logs by container <span id="ledger-n"></span></h2><div class="scroll" id="ledger"></div></section>
        <footer>
        <a href="/metrics">/metrics</a> · <a href="/metrics/node">/metrics/node</a> · <a href="/metrics/pods">/metrics/pods</a> · <a href="/metrics/agent">/metrics/agent</a> ·
        <a href="/api/v1/targets">/api/v1/targets</a> · <a href="/api/v1/targets/cardinality">/api/v1/targets/cardinality</a> · <a href="/api/v1/status/config">/api/v1/status/config</a> · <a href="/api/v1/ledger">/api/v1/ledger</a> ·
        <a href="/-/ready">/-/ready</a> · <a href="/-/healthy">/-/healthy</a>
        </footer>
        </main>
        <script id="first" type="application/json">
        """#

    private static let tail: StaticString = #"""
        </script>
        <script>
        "use strict";
        const $ = id => document.getElementById(id);
        const text = v => v === undefined || v === null ? "" : String(v);
        function el(tag, cls, content) {
          const e = document.createElement(tag);
          if (cls) e.className = cls;
          if (content instanceof Node) e.append(content); else if (content !== undefined) e.textContent = text(content);
          return e;
        }
        const num = n => Number(n || 0).toLocaleString("en-US", {maximumFractionDigits: 0});
        function bytes(n) {
          const u = ["B", "KiB", "MiB", "GiB", "TiB"]; let i = 0; n = Number(n || 0);
          while (n >= 1024 && i < 4) { n /= 1024; i++; }
          return (i ? n.toFixed(1) : n) + " " + u[i];
        }
        function span(s) {
          s = Number(s);
          if (!isFinite(s)) return "";
          if (s < 0.001) return (s * 1e6).toFixed(0) + " µs";
          if (s < 1) return (s * 1e3).toFixed(1) + " ms";
          if (s < 120) return s.toFixed(s < 10 ? 1 : 0) + " s";
          if (s < 7200) return Math.round(s / 60) + " min";
          return s < 172800 ? Math.round(s / 3600) + " h" : Math.round(s / 86400) + " d";
        }
        function table(into, count, columns, rows, none) {
          const box = $(into);
          $(into + "-n").textContent = rows.length ? count : "";
          if (!rows.length) { box.replaceChildren(el("div", "empty", none)); return; }
          const t = el("table"), head = el("tr");
          for (const c of columns) head.append(el("th", c.n ? "n" : "", c.title));
          t.append(head);
          for (const r of rows) {
            const tr = el("tr");
            for (const c of columns) tr.append(el("td", [c.n ? "n" : "", c.wrap ? "wrap" : "", c.cls ? c.cls(r) : ""].join(" "), c.of(r)));
            t.append(tr);
          }
          const top = box.scrollTop; box.replaceChildren(t); box.scrollTop = top;
        }
        const good = ok => ok ? "ok" : "bad";
        const toggled = new Map();
        let last = null;
        function row(cls, cells) {
          const tr = el("tr", cls);
          for (const [value, kind, title] of cells) { const td = el("td", kind || "", value); if (title) td.title = title; tr.append(td); }
          return tr;
        }
        function showTargets(s) {
          const box = $("targets"), words = $("filter").value.toLowerCase().split(/\s+/).filter(w => w), all = $("healthy").checked;
          const total = s.jobs.reduce((n, j) => n + j.total, 0), up = s.jobs.reduce((n, j) => n + j.up, 0);
          $("targets-n").textContent = total ? num(up) + " of " + num(total) + " up in " + num(s.jobs.length) + (s.jobs.length > 1 ? " jobs" : " job") : "";
          if (!s.jobs.length) { box.replaceChildren(el("div", "empty", "Nothing is scraped: there are no scrape_configs, and without remote_write the agent does not scrape itself.")); return; }
          const t = el("table"), head = el("tr");
          for (const [title, n] of [["job / target", 0], ["state", 0], ["samples", 1], ["new series", 1], ["took", 1], ["cpu", 1], ["body", 1], ["memory", 1], ["lag", 1], ["last", 1]]) head.append(el("th", n ? "n" : "", title));
          t.append(head);
          const ill = j => j.down > 0 || j.total === 0 && !j.elsewhere;
          for (const j of [...s.jobs].sort((a, b) => (ill(b) - ill(a)) || a.job.localeCompare(b.job))) {
            const rows = s.targets.filter(r => r.job === j.job).filter(r => {
              const hay = (r.job + " " + r.labels + " " + r.url + " " + r.health + " " + r.error).toLowerCase();
              return words.every(w => hay.includes(w)); });
            if (words.length && !rows.length) continue;
            const open = words.length ? true : toggled.has(j.job) ? toggled.get(j.job) : all || j.down > 0;
            const state = j.total === 0 ? (j.elsewhere ? "none here" : "no targets") : j.down ? j.down + " of " + j.total + " down" : j.up === j.total ? num(j.total) + " up" : j.up + " of " + j.total + " up";
            const more = (j.dropped ? " · " + num(j.dropped) + " dropped" : "") + (j.elsewhere ? " · " + num(j.elsewhere) + " elsewhere" : "") + (j.limited ? " · " + num(j.limited) + " samples over series_limit" : "");
            const line = row("job" + (open ? " open" : ""), [[j.job], [state + more, j.down ? "bad" : j.total === 0 ? (j.elsewhere ? "dim" : "warn") : j.up === j.total ? "ok" : "dim"], [num(j.samples), "n"], ["", "n"],
              [j.total ? span(j.slowest) : "", "n", "the slowest"], [j.total ? span(j.cpu) : "", "n"], [j.total ? bytes(j.bytes) : "", "n"], [j.total ? bytes(j.memory) : "", "n"], [j.total ? span(j.lag) : "", "n", "the latest"], ["", "n"]]);
            line.onclick = () => { toggled.set(j.job, !open); showTargets(last); };
            t.append(line);
            if (!open) continue;
            for (const r of rows) {
              const name = el("a", "", r.instance || r.url); name.href = r.url; name.rel = "noreferrer";
              t.append(row("target" + (r.error ? " has-error" : ""), [[name, "", r.labels], [r.health === "unknown" ? "not yet" : r.health, r.health === "up" ? "ok" : r.health === "down" ? "bad" : "dim"], [num(r.samples), "n"], [r.added ? num(r.added) : "", "n"],
                [r.age_seconds >= 0 ? span(r.seconds) : "", "n"], [r.age_seconds >= 0 ? span(r.cpu) : "", "n"], [r.bytes ? bytes(r.bytes) : "", "n"], [r.memory ? bytes(r.memory) : "", "n"],
                [r.age_seconds >= 0 ? span(r.lag) : "", "n" + (r.lag > 0.05 ? " warn" : "")], [r.age_seconds >= 0 ? span(r.age_seconds) + " ago" : "", "n"]]));
              if (r.error) { const e = el("tr", "error"), td = el("td", "bad", r.error); td.colSpan = 10; e.append(td); t.append(e); }
            }
          }
          if (s.targets_total > s.targets.length) { const e = el("tr"), td = el("td", "dim", num(s.targets_total - s.targets.length) + " more targets, all up or not scraped yet, are at /api/v1/targets"); td.colSpan = 10; e.append(td); t.append(e); }
          const top = box.scrollTop; box.replaceChildren(t); box.scrollTop = top;
        }
        $("filter").oninput = $("healthy").onchange = () => { if (last) showTargets(last); };
        function show(s) {
          const a = s.agent;
          $("node").textContent = a.node;
          const state = $("state");
          state.textContent = !a.ready ? "not ready" : s.problems.length ? s.problems.length + (s.problems.length > 1 ? " problems" : " problem") : "all well";
          state.className = "pill " + (!a.ready ? "bad" : s.problems.length ? "warn" : "ok");
          document.title = a.node + " · Martlet";
          $("about").textContent = "version " + a.version + " · up " + span(a.uptime_seconds) + " · configuration: " + (a.config_file || "built-in defaults");
          const facts = [
            [num(s.totals.samples_scraped), "samples in the last scrapes"], [num(s.totals.samples_sent), "samples sent"],
            [num(s.totals.log_records_delivered), "log records delivered"], [bytes(s.totals.log_bytes_pending), "log bytes waiting"],
            [num(s.totals.lost), "lost (all signals)"], [bytes(a.resident_bytes), "resident memory"], [span(a.cpu_seconds), "CPU used"]];
          $("facts").replaceChildren(...facts.map(([v, l], i) => {
            const d = el("div", "fact"); d.append(el("b", i === 4 && s.totals.lost > 0 ? "bad" : "", v), el("span", "", l)); return d; }));
          const p = $("problems");
          if (s.problems.length) {
            p.className = "";
            p.replaceChildren(...s.problems.map(x => { const d = el("div", "problem"); d.append(el("b", "warn", x.where), el("span", "", x.what)); return d; }));
          } else { p.className = "empty"; p.textContent = "Nothing. Every collector, target, receiver and sink did its last work without an error."; }
          table("collectors", s.collectors.filter(c => c.success).length + " of " + s.collectors.length + " with data", [
            {title: "collector", of: r => r.name}, {title: "state", of: r => r.success ? "ok" : r.error ? "failed" : "no data", cls: r => r.success ? "ok" : r.error ? "bad" : "dim"},
            {title: "took", n: 1, of: r => span(r.seconds)}, {title: "last error", wrap: 1, cls: () => "dim", of: r => text(r.error)}],
            s.collectors, "No collector is on.");
          last = s;
          showTargets(s);
          table("dropped", num(s.jobs.reduce((n, j) => n + j.dropped, 0)) + " by relabel_configs", [
            {title: "job", of: r => r.job}, {title: "address", of: r => r.address}, {title: "why", wrap: 1, of: r => r.reason},
            {title: "discovered labels", cls: () => "labels dim", of: r => Object.entries(r.labels).filter(([k]) => k !== "job" && (!k.startsWith("__") || k.startsWith("__meta_"))).map(([k, v]) => k + "=" + JSON.stringify(v)).join(" ")}],
            s.dropped, "No target was dropped.");
          table("receivers", "", [
            {title: "name", of: r => r.name}, {title: "address", of: r => r.url}, {title: "state", of: r => r.error ? "retrying" : "ok", cls: r => good(!r.error)},
            {title: "sent", n: 1, of: r => num(r.sent)}, {title: "waiting", n: 1, of: r => num(r.pending)}, {title: "behind", n: 1, of: r => span(r.lag_seconds)},
            {title: "on disk", n: 1, of: r => r.disk_samples ? num(r.disk_samples) + " from " + span(r.disk_oldest_seconds) + " ago" : ""},
            {title: "lost", n: 1, of: r => num(r.lost), cls: r => r.lost > 0 ? "bad" : ""}, {title: "last error", wrap: 1, cls: () => "bad", of: r => text(r.error)}],
            s.receivers, "No remote_write is configured: metrics can be scraped here at /metrics.");
          table("sinks", "", [
            {title: "name", of: r => r.name}, {title: "type", of: r => r.type}, {title: "address", of: r => r.address}, {title: "state", of: r => r.error ? "retrying" : "ok", cls: r => good(!r.error)},
            {title: "records", n: 1, of: r => num(r.delivered)}, {title: "waiting", n: 1, of: r => bytes(r.lag_bytes)}, {title: "sent again", n: 1, of: r => num(r.resent)},
            {title: "lost", n: 1, of: r => num(r.lost), cls: r => r.lost > 0 ? "bad" : ""}, {title: "last error", wrap: 1, cls: () => "bad", of: r => text(r.error)}],
            s.log_sinks, "No log sink is configured: add one under logs.sinks.");
          table("streams", num(s.log_streams_total) + " files · sources: " + s.log_sources.join(", "), [
            {title: "namespace", of: r => r.namespace}, {title: "pod", of: r => r.pod}, {title: "container or file", of: r => r.container}, {title: "state", of: r => r.state, cls: r => r.state === "live" ? "" : "dim"},
            {title: "size", n: 1, of: r => bytes(r.size)}, {title: "read", of: r => { const b = el("span", "bar"), i = el("i"); i.style.width = (r.size ? 100 * (1 - r.lag / r.size) : 100) + "%"; b.append(i); return b; }},
            {title: "waiting", n: 1, of: r => bytes(r.lag)}, {title: "last error", wrap: 1, cls: () => "bad", of: r => text(r.error)}],
            s.log_streams, "No log file was found.");
          table("ledger", num(s.log_containers_total) + " containers and sinks, in records", [
            {title: "namespace", of: r => r.namespace}, {title: "pod", of: r => r.pod}, {title: "container or file", of: r => r.container}, {title: "sink", of: r => r.sink},
            {title: "read", n: 1, of: r => num(r.read)}, {title: "delivered", n: 1, of: r => num(r.delivered)}, {title: "filtered", n: 1, of: r => num(r.filtered)}, {title: "limited", n: 1, of: r => num(r.limited)},
            {title: "under way", n: 1, of: r => num(r.pending)}, {title: "behind", n: 1, of: r => bytes(r.lag)},
            {title: "lost", wrap: 1, cls: () => "bad", of: r => Object.entries(r.lost).map(([k, v]) => k + ": " + (v.records ? num(v.records) : bytes(v.bytes))).join(", ")}],
            s.log_containers, "Nothing was read so far.");
        }
        async function poll() {
          try {
            const r = await fetch("/api/v1/status", {cache: "no-store"});
            if (!r.ok) throw new Error("status " + r.status);
            show(await r.json());
          } catch (e) { $("state").textContent = "no answer"; $("state").className = "pill bad"; }
          setTimeout(poll, document.hidden ? 15000 : 2000);
        }
        try { show(JSON.parse($("first").textContent)); } catch (e) { console.error(e); }
        setTimeout(poll, 2000);
        </script>
        </body>
        </html>
        """#
}
