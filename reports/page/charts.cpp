#include "reports/page/charts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "oracles/metrics/accounts.hpp"
#include "oracles/metrics/metrics.hpp"
#include "reports/page/html.hpp"
#include "reports/wording/wording.hpp"
#include "sim/trace/text.hpp"

namespace weir {

namespace {

constexpr double chart_width = 300, chart_height = 64, base_line = 52;
constexpr std::size_t most_log_lines = 200;

bool shows_highest(const MetricInfo& metric) { return metric.unit == "Milliseconds" || metric.is_level; }

std::string minute_text(std::int64_t minute) { return fmt::format("{:03}:{:02}", minute / 60, minute % 60); }

// "IteratorAge 3,600,000 ms at most" is read at a glance only as a span.
std::string value_text(const MetricInfo& metric, std::int64_t value) {
  if (metric.unit == "Seconds") value *= 1'000;
  if (metric.unit != "Milliseconds" && metric.unit != "Seconds") return grouped(value);
  if (value < 1'000) return fmt::format("{} ms", value);
  if (value < 120'000) return fmt::format("{:.1f} s", static_cast<double>(value) / 1e3);
  if (value < 7'200'000) return fmt::format("{:.1f} min", static_cast<double>(value) / 6e4);
  return fmt::format("{:.1f} h", static_cast<double>(value) / 3.6e6);
}

struct Axis {  // the same for all charts: a place is a minute's distance from the first that anything was measured in
  std::int64_t first = 0, last = 0;
  double step() const { return chart_width / static_cast<double>(last - first + 1); }
  double width() const { return std::clamp(step() - 1, 2.0, 14.0); }  // of a bar
  double place(std::int64_t minute) const {
    return std::min(step() * static_cast<double>(minute - first), chart_width - width());
  }
};

struct Bar {
  std::int64_t first = 0, last = 0;  // minutes
  std::int64_t value = 0;
};

// A bar a minute; where minutes are narrower than a bar, those that fall on one place share theirs, as high as the highest.
template <class ValueOf>
std::vector<Bar> bars_of(const MetricSeries& series, const Axis& axis, const ValueOf& value_of) {
  std::vector<Bar> bars;
  for (const MetricPoint& point : series.points) {
    const bool shares = !bars.empty() && axis.place(point.minute) - axis.place(bars.back().first) < axis.width();
    if (!shares) bars.push_back({point.minute, point.minute, value_of(point)});
    bars.back().last = point.minute;
    bars.back().value = std::max(bars.back().value, value_of(point));
  }
  return bars;
}

std::string chart_of(const MetricSeries& series, const Axis& axis) {
  const bool highest = shows_highest(*series.metric);
  const auto value_of = [&](const MetricPoint& point) { return highest ? point.maximum : point.sum; };
  std::int64_t most = 1;
  for (const MetricPoint& point : series.points) most = std::max(most, value_of(point));
  std::string bars;
  for (const Bar& bar : bars_of(series, axis, value_of)) {
    const double height = 42.0 * static_cast<double>(std::max<std::int64_t>(bar.value, 0)) / static_cast<double>(most);
    const std::string minutes = bar.first == bar.last
                                    ? "minute " + minute_text(bar.first)
                                    : fmt::format("minutes {} to {}, most", minute_text(bar.first), minute_text(bar.last));
    bars += fmt::format(
        "<rect class=\"bar\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\"><title>{}: {}</title></rect>",
        axis.place(bar.first), base_line - height, axis.width(), std::max(1.0, height), minutes,
        value_text(*series.metric, bar.value));
  }
  const std::string total = highest ? value_text(*series.metric, series.highest()) + " at most" : grouped(series.total());
  return fmt::format(
      "<figure class=\"metric\"><figcaption><b>{}</b> <span>{}</span><br><span class=\"soft\">{}</span></figcaption>"
      "<svg width=\"{}\" height=\"{}\" role=\"img\" aria-label=\"{} by minute\"><line class=\"tick\" x1=\"0\" x2=\"{}\" "
      "y1=\"{}\" "
      "y2=\"{}\"/>{}<text class=\"minute end\" x=\"{}\" y=\"8\">{}</text><text class=\"minute\" x=\"0\" y=\"{}\">{}</text>"
      "<text class=\"minute end\" x=\"{}\" y=\"{}\">{}</text></svg>"
      "</figure>\n",
      series.metric->name, total, escape_html(series.dimension.empty() ? "account" : series.dimension), chart_width,
      chart_height, series.metric->name, chart_width, base_line, base_line, bars, chart_width, value_text(*series.metric, most),
      chart_height - 1, minute_text(axis.first), chart_width, chart_height - 1, minute_text(axis.last));
}

std::string charts_of(const std::vector<MetricSeries>& all) {
  Axis axis{INT64_MAX, INT64_MIN};
  for (const MetricSeries& series : all)
    for (const MetricPoint& point : series.points)
      axis = {std::min(axis.first, point.minute), std::max(axis.last, point.minute)};
  std::string charts;
  for (const MetricSeries& series : all) charts += chart_of(series, axis);
  return "<div class=\"metrics\">\n" + charts + "</div>\n";
}

std::string accounts_table(const std::vector<Account>& accounts) {
  std::string rows;
  for (const Account& account : accounts)
    for (const AccountLine& line : account.lines)
      rows += fmt::format("<tr><td>{}</td><td>{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td></tr>\n",
                          escape_html(account.mapping), line.how, grouped(line.records), grouped(line.told));
  if (rows.empty()) return "";
  return "<table class=\"accounts\"><thead><tr><th>mapping</th><th>its records were</th><th class=\"n\">records</th>"
         "<th class=\"n\">told to a destination</th></tr></thead><tbody>\n" +
         rows + "</tbody></table>\n";
}

std::string log_of(const std::vector<Fact>& trace) {
  FactWriter names;
  std::string lines;
  std::size_t count = 0;
  for (const Fact& fact : trace) {
    names.learn(fact);
    const auto* logged = fact.as<Logged>();
    if (!logged || ++count > most_log_lines) continue;
    lines +=
        fmt::format("{}  {}  {}\n", to_text(fact.at), escape_html(names.actor_name(logged->actor)), escape_html(logged->line));
  }
  if (count == 0) return "";
  const std::string cut =
      count > most_log_lines ? fmt::format("<p class=\"note\">The first {} lines.</p>", most_log_lines) : "";
  return fmt::format("<details><summary class=\"soft\">{}</summary><pre>{}</pre>{}</details>\n", counted(count, "log line"),
                     lines, cut);
}

}  // namespace

std::string draw_operations(const std::vector<Fact>& trace) {
  const std::vector<MetricSeries> metrics = metrics_of(trace);
  std::string text;
  if (!metrics.empty()) text += charts_of(metrics);
  return text + accounts_table(accounts_of(trace)) + log_of(trace);
}

}  // namespace weir
