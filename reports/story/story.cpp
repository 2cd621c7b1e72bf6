#include "reports/story/story.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "reports/story/alike.hpp"
#include "reports/story/handling.hpp"
#include "reports/story/idle_steps.hpp"

namespace weir {

namespace {

// A deviation as a sentence: where it was asked, what was answered, and what calm would have been.
std::string decision_text(const SiteInfo& site, const Deviation& d) {
  const std::string value = value_text(site, d.value);
  if (site.type == SiteType::operation) return fmt::format("{}: {}.", d.key, value);
  return fmt::format("{}: {}, where calm is {}. ({})", d.key, value, value_text(site, site.calm), site.asks);
}

StoryLine decision_of(const Deviation& d, Instant at) {
  StoryLine line{.at = at};
  const SiteInfo* site = all_sites().find(d.site);
  line.text = site ? decision_text(*site, d) : fmt::format("{} at {}.", d.site, d.key);
  if (site) line.rules = site->rules;
  return line;
}

std::string_view promise_of(const std::string& oracle) {
  for (const OracleInfo& info : all_oracles())
    if (info.name == oracle) return info.promise;
  return "A check the scenario declares: its query returns no row.";
}

constexpr std::size_t told_first = 40, told_last = 40;

// Of a chain with very many steps the middle is counted, not told. What proves the violation is always told.
std::vector<StoryLine> without_middle(std::vector<StoryLine> chain) {
  if (chain.size() <= told_first + told_last + 1) return chain;
  std::vector<StoryLine> told;
  std::size_t left_out = 0;
  Instant since{};
  const auto count_up = [&] {
    if (left_out == 0) return;
    told.push_back({.at = since, .text = fmt::format("({} more step{} like these.)", left_out, left_out == 1 ? "" : "s")});
    left_out = 0;
  };
  for (std::size_t i = 0; i < chain.size(); ++i) {
    if (i < told_first || i + told_last >= chain.size() || chain[i].is_evidence) {
      count_up();
      told.push_back(std::move(chain[i]));
    } else if (left_out++ == 0) {
      since = chain[i].at;
    }
  }
  return told;
}

// "The stream of orders shows it as record 0" where the line before is of another write than that record's.
void name_the_write(StoryLine& line, const std::vector<Fact>& trace, FactIndex before, const FactWriter& names) {
  constexpr std::string_view it = " shows it as ";
  const auto* appended = trace[line.fact].as<Appended>();
  if (!appended || appended->write == before || appended->write >= line.fact) return;
  const auto* written = trace[appended->write].as<Written>();
  const std::size_t at = line.text.find(it);
  if (!written || at == std::string::npos) return;
  line.text.replace(at, it.size(),
                    fmt::format(" shows the write of {} by {} at {} as ", written->key.to_text(),
                                names.actor_name(written->actor), to_text(trace[appended->write].at)));
}

std::string with_rules(const StoryLine& line) { return line.rules.empty() ? line.text : line.text + "  [" + line.rules + "]"; }

}  // namespace

std::vector<FactIndex> causes_of(const std::vector<Fact>& trace, const std::vector<FactIndex>& from) {
  std::set<FactIndex> chain;
  const auto climb = [&](FactIndex index) {
    while (index < trace.size() && chain.insert(index).second) {
      // A record's own write is a cause beside the one that scheduled it.
      if (const auto* appended = trace[index].as<Appended>(); appended && appended->write < index)
        index = appended->write;
      else
        index = trace[index].cause;
    }
  };
  for (const FactIndex index : from) climb(index);
  return {chain.begin(), chain.end()};
}

std::vector<FactIndex> earlier_effects_of(const std::vector<Fact>& trace, const std::vector<FactIndex>& of) {
  std::map<InvocationId, RecordList> records;                                                   // that it was called with
  std::map<std::pair<TableId, ItemKey>, std::vector<std::pair<FactIndex, InvocationId>>> rows;  // who wrote them, in order
  const auto share_records = [&records](InvocationId one, InvocationId other) {
    const RecordList &a = records[one], &b = records[other];
    return a && b && std::find_first_of(a->begin(), a->end(), b->begin(), b->end()) != a->end();
  };
  std::set<FactIndex> earlier;
  for (const Fact& fact : trace) {
    if (const auto* started = fact.as<InvocationStarted>()) records[started->invocation] = started->records;
    const auto* written = fact.as<Written>();
    if (!written || written->actor.kind != ActorKind::invocation) continue;
    const InvocationId invocation{written->actor.id};
    auto& row = rows[{written->table, written->key}];
    if (std::find(of.begin(), of.end(), fact.index) != of.end())
      for (const auto& [index, writer] : row)
        if (writer != invocation && share_records(writer, invocation)) earlier.insert(index);
    row.emplace_back(fact.index, invocation);
  }
  return {earlier.begin(), earlier.end()};
}

Story story_of(const Scenario& scenario, const Run& run, const Verdict& verdict, const std::vector<Deviation>& asked_for) {
  Story story;
  story.title = fmt::format("{} {} in {}{}", verdict.oracle, verdict.is_violation() ? "broke" : "holds", scenario.name,
                            scenario.variant.empty() ? "" : " (" + scenario.variant + ")");
  story.promise = promise_of(verdict.oracle);
  story.message = verdict.message;
  story.evidence = verdict.evidence;
  for (const ChoiceMade& choice : run.deviations) story.decisions.push_back(decision_of(choice.deviation, choice.at));
  for (const Deviation& d : asked_for) {
    const bool met = std::any_of(run.deviations.begin(), run.deviations.end(), [&](const ChoiceMade& made) {
      return made.deviation.site == d.site && made.deviation.key == d.key;
    });
    if (!met) story.never_asked.push_back(d.site + " at " + d.key);
  }
  for (const IdleStep& idle : idle_steps(scenario, run.trace)) story.idle_steps.push_back(idle.sentence());
  std::vector<FactIndex> told = verdict.evidence;
  for (const auto& more : {losses_of(run.trace, verdict.evidence), earlier_effects_of(run.trace, verdict.evidence),
                           handling_of(run.trace, verdict.evidence)})
    told.insert(told.end(), more.begin(), more.end());
  const std::vector<FactIndex> chain = causes_of(run.trace, told);
  FactWriter names;
  std::size_t next = 0;
  FactIndex before = no_fact;
  for (const FactIndex index : chain) {
    for (; next < index; ++next) names.learn(run.trace[next]);
    StoryLine line = sentence_of(run.trace[index], names);
    name_the_write(line, run.trace, before, names);
    before = index;
    next = index + 1;
    line.is_evidence = std::binary_search(verdict.evidence.begin(), verdict.evidence.end(), index);
    story.chain.push_back(std::move(line));
  }
  story.chain = without_middle(alike_told_once(story.chain, run.trace));
  return story;
}

std::string decisions_heading(const Story& story) {
  const std::size_t count = story.decisions.size();
  if (count == 0) return "No decision causes it: a calm run ends so too";
  return count == 1 ? "1 decision that causes it" : fmt::format("{} decisions that cause it", count);
}

std::string to_text(const Story& story) {
  std::string text = fmt::format("{}\n  promised  {}\n  found     {}\n", story.title, story.promise, story.message);
  text += fmt::format("\n{}\n", decisions_heading(story));
  for (const StoryLine& line : story.decisions) text += fmt::format("  {}  {}\n", to_text(line.at), with_rules(line));
  for (const std::string& gone : story.never_asked) text += fmt::format("  (never asked in this run: {})\n", gone);
  if (!story.idle_steps.empty()) text += "\nSteps that had no effect\n";
  for (const std::string& idle : story.idle_steps) text += "  " + idle + "\n";
  text += "\nHow it came about (* marks what proves it)\n";
  for (const StoryLine& line : story.chain)
    text += fmt::format("{} {}  {}\n", line.is_evidence ? "*" : " ", to_text(line.at), with_rules(line));
  return text;
}

}  // namespace weir
