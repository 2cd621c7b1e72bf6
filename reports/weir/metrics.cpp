// weir metrics: the metrics of a run, what each counts and what it leaves out. And their figures, for `run` and `replay`.
#include "reports/weir/metrics.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "oracles/metrics/accounts.hpp"
#include "oracles/metrics/metrics.hpp"
#include "reports/weir/command.hpp"
#include "reports/weir/printing.hpp"
#include "reports/wording/wording.hpp"
#include "scenarios/format/json_layout.hpp"

namespace weir {

namespace {

using nlohmann::ordered_json;

std::string minutes_text(std::int64_t first, std::int64_t last) {
  const auto text = [](std::int64_t minute) { return fmt::format("{:03}:{:02}", minute / 60, minute % 60); };
  return first == last ? text(first) : text(first) + " - " + text(last);
}

ExitCode metrics(const Arguments& arguments) {
  ordered_json json = ordered_json::array();
  std::string text;
  Listing listing(arguments, "metric", "one that `weir metrics` lists, such as IteratorAge");
  for (const MetricInfo& metric : all_metrics()) {
    if (!listing.wants(metric.name)) continue;
    json.push_back({{"metric", metric.name}, {"service", metric.service}, {"unit", metric.unit}, {"means", metric.means}});
    text += fmt::format("{}  ({}, {})\n", metric.name, metric.service, metric.unit) + wrapped(metric.means, "    ");
  }
  listing.require_found();
  print(!arguments.json() ? text : laid_out(listing.of_one() ? json.front() : json));
  return ExitCode::ok;
}

}  // namespace

std::string metrics_text(const std::vector<Fact>& trace) {
  std::vector<std::vector<std::string>> rows{{"  metric", "of", "samples", "sum", "least", "most", "minutes"}};
  for (const MetricSeries& series : metrics_of(trace)) {
    std::uint64_t samples = 0;
    std::int64_t least = series.points.front().minimum;
    for (const MetricPoint& point : series.points) {
      samples += point.samples;
      least = std::min(least, point.minimum);
    }
    rows.push_back({fmt::format("  {}", series.metric->name), series.dimension.empty() ? "account" : series.dimension,
                    grouped(samples), series.metric->is_level ? "-" : std::to_string(series.total()), std::to_string(least),
                    std::to_string(series.highest()), minutes_text(series.points.front().minute, series.points.back().minute)});
  }
  std::string text = "what CloudWatch would show (weir metrics explains)\n";
  text += rows.size() > 1 ? table_text(rows, {2, 3, 4, 5}) : "  nothing\n";
  for (const Account& account : accounts_of(trace)) {
    text += fmt::format("what became of {} under mapping {}\n", counted(account.records, "record"), account.mapping);
    std::vector<std::vector<std::string>> lines;
    for (const AccountLine& line : account.lines)
      lines.push_back({fmt::format("  {}", line.how), grouped(line.records),
                       line.told > 0 ? fmt::format("a destination was told of {}", grouped(line.told)) : ""});
    text += table_text(lines, {1});
  }
  return text;
}

ordered_json metrics_json(const std::vector<Fact>& trace) {
  ordered_json metrics = ordered_json::array(), accounts = ordered_json::array();
  for (const MetricSeries& series : metrics_of(trace)) {
    ordered_json points = ordered_json::array();
    for (const MetricPoint& point : series.points)
      points.push_back({{"minute", point.minute},
                        {"samples", point.samples},
                        {"sum", point.sum},
                        {"minimum", point.minimum},
                        {"maximum", point.maximum}});
    metrics.push_back({{"metric", series.metric->name},
                       {"service", series.metric->service},
                       {"unit", series.metric->unit},
                       {"dimension", series.dimension},
                       {"points", points}});
  }
  for (const Account& account : accounts_of(trace)) {
    ordered_json lines = ordered_json::array();
    for (const AccountLine& line : account.lines)
      lines.push_back({{"how", line.how}, {"records", line.records}, {"told", line.told}});
    accounts.push_back({{"mapping", account.mapping}, {"records", account.records}, {"ends", lines}});
  }
  return {{"metrics", metrics}, {"accounts", accounts}};
}

const CommandSpec& metrics_command() {
  static const CommandSpec spec{.name = "metrics",
                                .summary = "The metrics a run is measured by, or one: what it counts and leaves out",
                                .operand = "METRIC",
                                .operand_help = "IteratorAge, Throttles, ...; left away: all of them",
                                .options = {},
                                .run = metrics};
  return spec;
}

}  // namespace weir
