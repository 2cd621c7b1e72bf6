#include "reports/page/page.hpp"

#include <fmt/format.h>

#include "reports/page/charts.hpp"
#include "reports/page/html.hpp"
#include "reports/page/timeline.hpp"
#include "reports/wording/wording.hpp"

namespace weir {

namespace {

constexpr std::string_view style = R"css(
:root{--ink:#1d2733;--soft:#5d6b7a;--line:#dde3ea;--paper:#fbfcfd;--band:#f2f5f8;--water:#2f6f9f;--good:#2f8f5b;--bad:#c0392b;--warn:#d68910}
*{box-sizing:border-box}
body{margin:0 auto;padding:28px 32px 60px;max-width:1320px;font:15px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif;color:var(--ink);background:var(--paper)}
h1{font-size:26px;margin:0 0 2px}h2{font-size:19px;margin:44px 0 4px;padding-top:18px;border-top:2px solid var(--line)}h3{font-size:15px;margin:20px 0 6px}
p{margin:4px 0}.soft{color:var(--soft)}
table{border-collapse:collapse;width:100%;margin:16px 0}th,td{text-align:left;padding:6px 10px;border-bottom:1px solid var(--line)}
th{font-weight:600;color:var(--soft);font-size:13px}td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}tr.odd{background:#fdecea}td a{color:var(--water);text-decoration:none}td:first-child{white-space:nowrap}
.tag{display:inline-block;padding:0 8px;border-radius:9px;font-size:12.5px;color:#fff;background:var(--good)}.tag.found{background:var(--water)}.tag.wrong{background:var(--bad)}.tag.untested{background:var(--soft)}
ol.chain{list-style:none;padding:0;margin:6px 0}ol.chain li{display:grid;grid-template-columns:150px 1fr;gap:12px;padding:3px 8px;border-left:3px solid var(--line)}
ol.chain li.evidence{border-left-color:var(--bad);background:#fdf3f2}time{font:12.5px/1.8 ui-monospace,Menlo,Consolas,monospace;color:var(--soft)}
.rules{color:var(--water);font-size:12px;margin-left:6px;white-space:nowrap}
pre{background:var(--band);padding:8px 12px;border-radius:6px;overflow-x:auto;font:13px/1.5 ui-monospace,Menlo,Consolas,monospace;white-space:pre-wrap;word-break:break-all}
.scroll{overflow-x:auto;border:1px solid var(--line);border-radius:6px;background:#fff}.note{color:var(--soft);font-size:13px}
svg text{font:11px system-ui,sans-serif;fill:var(--ink)}svg text.label{font-size:12.5px}svg text.time{fill:var(--soft);font:10px ui-monospace,monospace;text-anchor:middle}
svg text.number{font-size:9px;text-anchor:middle;fill:#fff}svg text.violation{fill:var(--bad);text-anchor:middle;font-weight:600}svg text.attempt{font-size:9.5px;fill:var(--soft)}
.lane0{fill:#fff}.lane1{fill:var(--band)}.tick{stroke:var(--line)}.shard{fill:#d6e6f2}.lineage{stroke:var(--water);stroke-width:2;fill:none}.record{fill:var(--water)}
.write{fill:#8aa0b4}.write.client,.write.loader{fill:#34495e}.write.invocation,.write.reader{fill:var(--good)}.write.ttl{fill:var(--warn)}.ttl{fill:var(--warn);opacity:.45}
.attempt.ok{fill:var(--good)}.attempt.failed{fill:var(--bad)}.attempt.partial{fill:var(--warn)}.attempt.open{fill:#b8c4cf}.trim,.back{stroke:var(--bad);stroke-width:2;fill:none}.rest{fill:#eceff3;stroke:#8aa0b4;stroke-dasharray:4 3}
.ring{fill:none;stroke:var(--bad);stroke-width:2.5}line.gap{stroke:var(--soft);stroke-dasharray:2 4}line.violation{stroke:var(--bad);stroke-width:1.5;stroke-dasharray:5 4}
.metrics{display:flex;flex-wrap:wrap;gap:14px 22px;margin:10px 0}.metric{margin:0;width:300px}.metric figcaption{font-size:13px;line-height:1.35}.metric figcaption span{float:right;font-variant-numeric:tabular-nums}.metric figcaption br+span{float:none}
.bar{fill:var(--water)}svg text.minute{fill:var(--soft);font:9.5px ui-monospace,monospace}svg text.minute.end{text-anchor:end}table.accounts,table.verdicts{width:auto;min-width:560px}
.key span{display:inline-block;margin-right:16px;font-size:12.5px;color:var(--soft)}.key i{display:inline-block;width:11px;height:11px;border-radius:3px;margin-right:5px;vertical-align:-1px}.key b{color:var(--bad);margin-right:5px}
)css";

// A row of which a run is told below leads there.
std::string name_cell(const PageRow& row, const Report& report) {
  for (std::size_t i = 0; i < report.runs.size(); ++i)
    if (report.runs[i].scenario == row.scenario && report.runs[i].variant == row.variant)
      return fmt::format("<a href=\"#run-{}\">{}</a>", i, escape_html(row.scenario));
  return escape_html(row.scenario);
}

// What the verdict says that its tag does not: "clean, 3 runs left ..." is tagged as clean.
std::string_view beyond_tag(std::string_view verdict, std::string_view tag) {
  if (!verdict.starts_with(tag)) return verdict;
  verdict.remove_prefix(tag.size());
  return verdict.starts_with(", ") ? verdict.substr(2) : verdict;
}

std::string rows_of(const Report& report) {
  std::string rows;
  for (const PageRow& row : report.rows) {
    const std::string_view kind = !row.as_expected ? "wrong" : row.violations ? "found" : "";
    const std::string_view tag = !row.as_expected ? "not as expected" : row.violations ? "found" : "clean";
    rows += fmt::format(
        "<tr{}><td>{}</td><td>{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td>"
        "<td><span class=\"tag {}\">{}</span> {}</td><td class=\"n\">{}</td><td class=\"n\">{}</td></tr>\n",
        row.as_expected ? "" : " class=\"odd\"", name_cell(row, report), escape_html(row.variant), grouped(row.runs),
        grouped(row.violations), grouped(row.unknown), kind, tag, escape_html(beyond_tag(row.verdict, tag)),
        long_span(row.virtual_microseconds), seconds_text(row.wall_seconds));
  }
  return rows;
}

std::string lines_of_chain(const std::vector<StoryLine>& lines) {
  std::string list = "<ol class=\"chain\">\n";
  for (const StoryLine& line : lines)
    list += fmt::format("<li{}><time>{}</time><div>{}<span class=\"rules\">{}</span></div></li>\n",
                        line.is_evidence ? " class=\"evidence\"" : "", to_text(line.at), escape_html(line.text),
                        escape_html(line.rules));
  return list + "</ol>\n";
}

constexpr std::string_view key =
    "<p class=\"key\"><span><i style=\"background:#34495e\"></i>client's write</span><span><i "
    "style=\"background:#2f8f5b\"></i>consumer's write, attempt "
    "that succeeded</span><span><i style=\"background:#c0392b\"></i>failed attempt</span><span><i "
    "style=\"background:#d68910\"></i>TTL, partial "
    "response</span><span><i style=\"background:#2f6f9f\"></i>stream record</span><span><i "
    "style=\"background:#eceff3;outline:1px dashed #8aa0b4\"></i>mapping at rest</span><span><b>\u00d7</b>records trimmed, "
    "poller lost</span><span><b>\u2190</b>the next poller goes back</span></p>";

constexpr std::size_t most_decisions_open = 40;  // of a run that is not shrunk there are hundreds

std::string decisions_of(const Story& story) {
  const std::string heading = escape_html(decisions_heading(story)), list = lines_of_chain(story.decisions);
  if (story.decisions.size() <= most_decisions_open) return fmt::format("<h3>{}</h3>\n{}", heading, list);
  return fmt::format("<details><summary class=\"soft\">{}</summary>{}</details>\n", heading, list);
}

std::string timeline_of(const PageRun& run, const std::vector<FactIndex>& evidence) {
  return "<h3>Timeline</h3>\n" + draw_timeline(run.trace, evidence) + std::string(key);
}

std::string told(const PageRun& run, const Story& story) {
  std::string text = story.title == run.title ? "" : fmt::format("<h3>{}</h3>\n", escape_html(story.title));
  text += fmt::format("<p class=\"soft\">Promised: {}</p>\n<p><b>{}</b></p>\n", escape_html(story.promise),
                      escape_html(story.message));
  return text + decisions_of(story) + timeline_of(run, story.evidence) + "<h3>How it came about</h3>\n" +
         lines_of_chain(story.chain);
}

std::string verdicts_of(const std::vector<Verdict>& verdicts) {
  if (verdicts.empty()) return "";
  std::string rows;
  for (const Verdict& verdict : verdicts) {
    const std::string_view kind = verdict.is_violation() ? "wrong" : verdict.is_ok() ? "" : "untested";
    rows += fmt::format("<tr><td>{}</td><td><span class=\"tag {}\">{}</span></td><td>{}</td></tr>\n",
                        escape_html(verdict.oracle), kind, to_text(verdict.kind), escape_html(verdict.message));
  }
  return "<table class=\"verdicts\"><thead><tr><th>oracle</th><th>says</th><th></th></tr></thead><tbody>\n" + rows +
         "</tbody></table>\n";
}

std::string section_of(const PageRun& run, std::size_t number) {
  std::string text = fmt::format("<section id=\"run-{}\"><h2>{}</h2>\n", number, escape_html(run.title));
  if (!run.summary.empty()) text += fmt::format("<p class=\"soft\">{}</p>\n", escape_html(run.summary));
  text += verdicts_of(run.verdicts);
  for (const Story& story : run.stories) text += told(run, story);
  if (run.stories.empty()) text += timeline_of(run, {});
  if (const std::string seen = draw_operations(run.trace); !seen.empty())
    text += "<h3>What an operator would have seen</h3>\n" + seen;
  if (!run.replay.empty()) text += fmt::format("<h3>Play it again</h3>\n<pre>{}</pre>\n", escape_html(run.replay));
  if (!run.token.empty())
    text +=
        fmt::format("<details><summary class=\"soft\">as a token</summary><pre>{}</pre></details>\n", escape_html(run.token));
  return text + "</section>\n";
}

std::string summary_of(const Report& report) {
  if (report.rows.empty()) return "";
  std::uint64_t runs = 0;
  std::int64_t microseconds = 0;
  std::size_t failures = 0;
  for (const PageRow& row : report.rows) runs += row.runs, microseconds += row.virtual_microseconds;
  for (const PageRun& run : report.runs) failures += run.stories.size();
  return fmt::format(
             "<p class=\"soft\">{}, {} of virtual time, {} told below.</p>\n"
             "<table id=\"summary\"><thead><tr><th>scenario</th><th>variant</th><th class=\"n\">runs</th><th "
             "class=\"n\">violations</th><th class=\"n\">unknown</th>"
             "<th>verdict</th><th class=\"n\">virtual time</th><th class=\"n\">wall time</th></tr></thead><tbody>\n",
             counted(runs, "run"), long_span(microseconds), counted(failures, "failure")) +
         rows_of(report) + "</tbody></table>\n";
}

}  // namespace

std::string render_page(const Report& report) {
  std::string page = fmt::format(
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">"
      "<title>{0}</title><style>{1}</style></head><body>\n<h1>{0}</h1>\n",
      escape_html(report.title), style);
  page += summary_of(report);
  for (std::size_t i = 0; i < report.runs.size(); ++i) page += section_of(report.runs[i], i);
  return page + "</body></html>\n";
}

}  // namespace weir
