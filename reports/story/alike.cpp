#include "reports/story/alike.hpp"

#include <fmt/format.h>

#include <map>
#include <optional>
#include <tuple>

#include "reports/story/handling.hpp"

namespace weir {

namespace {

using BatchKey = std::tuple<MappingId, ShardId, std::uint64_t>;

struct Attempt {
  RecordList records;
  std::string words;               // of its call and its end, without numbers
  std::vector<std::size_t> lines;  // places in the chain
  bool is_evidence = false;
  bool is_like(const Attempt& other) const { return words == other.words && *records == *other.records; }
};

RecordList no_records() {
  static const auto none = std::make_shared<const std::vector<RecordId>>();
  return none;
}

using Attempts = std::map<BatchKey, std::vector<Attempt>>;

std::string without_numbers(const std::string& text) {
  std::string words;
  for (const char c : text) {
    const bool digit = c >= '0' && c <= '9';
    if (!digit)
      words += c;
    else if (words.empty() || words.back() != '#')
      words += '#';
  }
  return words;
}

Attempts attempts_of(const std::vector<StoryLine>& chain, const std::vector<Fact>& trace) {
  Attempts attempts;
  std::map<InvocationId, std::pair<BatchKey, std::size_t>> of_invocation;
  const auto add = [&](Attempt& attempt, std::size_t line) {
    attempt.lines.push_back(line);
    attempt.is_evidence = attempt.is_evidence || chain[line].is_evidence;
  };
  for (std::size_t i = 0; i < chain.size(); ++i) {
    const Fact& fact = trace[chain[i].fact];
    if (const auto* started = fact.as<InvocationStarted>()) {
      const BatchKey key{started->mapping, started->shard, started->batch};
      std::vector<Attempt>& all = attempts[key];
      of_invocation[started->invocation] = {key, all.size()};
      add(all.emplace_back(Attempt{.records = started->records, .words = without_numbers(chain[i].text)}), i);
    } else if (const auto* ended = fact.as<InvocationEnded>()) {
      const auto found = of_invocation.find(ended->invocation);
      if (found == of_invocation.end()) continue;
      Attempt& attempt = attempts[found->second.first][found->second.second];
      attempt.words += without_numbers(chain[i].text);
      add(attempt, i);
    } else if (const auto troubled = troubled_by(fact)) {
      const auto found = of_invocation.find(*troubled);
      if (found == of_invocation.end()) continue;
      Attempt& attempt = attempts[found->second.first][found->second.second];
      attempt.words += without_numbers(chain[i].text);
      add(attempt, i);
    } else if (const auto* throttled = fact.as<InvocationThrottled>()) {
      Attempt attempt{.records = no_records(), .words = without_numbers(chain[i].text)};
      add(attempts[{throttled->mapping, throttled->shard, throttled->batch}].emplace_back(std::move(attempt)), i);
    } else if (const auto* retry = fact.as<RetryScheduled>()) {
      std::vector<Attempt>& all = attempts[{retry->mapping, retry->shard, retry->batch}];
      // Where no try led to it that has a fact of its own, its mapping may not call: it stands for that try.
      const bool by_itself = all.empty() || trace[chain[all.back().lines.back()].fact].as<RetryScheduled>();
      if (by_itself) all.push_back({.records = no_records(), .words = without_numbers(chain[i].text)});
      add(all.back(), i);
    }
  }
  return attempts;
}

// What the lines of the chain become: nothing where they stay, else a count in the place of the first line that goes.
struct Folding {
  std::map<std::size_t, std::optional<StoryLine>> in_place_of;

  // Attempts from .. to-1 lie between two alike that are told.
  void fold(const std::vector<StoryLine>& chain, std::uint64_t batch, const std::vector<Attempt>& all, std::size_t from,
            std::size_t to) {
    if (to < from + 2) return;
    for (std::size_t i = from; i < to; ++i)
      for (const std::size_t line : all[i].lines) in_place_of[line] = std::nullopt;
    const std::size_t first = all[from].lines.front();
    in_place_of[first] = StoryLine{.at = chain[first].at,
                                   .text = fmt::format("({} more attempts at batch {} like it, until {}.)", to - from, batch,
                                                       to_text(chain[all[to - 1].lines.back()].at))};
  }
};

}  // namespace

std::vector<StoryLine> alike_told_once(const std::vector<StoryLine>& chain, const std::vector<Fact>& trace) {
  Folding folding;
  for (const auto& [key, all] : attempts_of(chain, trace)) {
    std::size_t told = 0;  // the latest attempt that is
    for (std::size_t i = 1; i < all.size(); ++i) {
      const bool goes_on = i + 1 < all.size() && all[i].is_like(all[i - 1]) && all[i].is_like(all[i + 1]);
      if (goes_on && !all[i].is_evidence) continue;
      folding.fold(chain, std::get<2>(key), all, told + 1, i);
      told = i;
    }
  }
  std::vector<StoryLine> lines;
  for (std::size_t i = 0; i < chain.size(); ++i) {
    const auto found = folding.in_place_of.find(i);
    if (found == folding.in_place_of.end())
      lines.push_back(chain[i]);
    else if (found->second)
      lines.push_back(*found->second);
  }
  return lines;
}

}  // namespace weir
