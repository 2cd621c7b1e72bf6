// determinism_hashes: what two builds of the rooms must agree on, as lines to compare.
//
//   determinism_hashes [--seeds N] [--planted LEAK]        "scenario|variant  N  hash": one line a bundled scenario and variant
//   ... --each TITLE                                       that one, "seed  hash": one line a seed
//   ... --trace TITLE SEED                                 the run, a fact a line, then what else its hash covers
//
// A TITLE is what the first column says. --planted plays a scenario with a real leak in its consumer instead of the bundle.
// Exit codes: 0, 3 for bad input, 4 when a run met a bug of ours (it is told, and is part of the hash).
#include <algorithm>
#include <atomic>
#include <charconv>
#include <iostream>
#include <string>
#include <thread>
#include <vector>

#include "scenarios/bundle/bundle.hpp"
#include "sim/base/bad_input.hpp"
#include "tests/determinism/outcome.hpp"
#include "tests/determinism/planted.hpp"

namespace weir {

namespace {

struct Asked {
  std::uint64_t seeds = 1000, seed = 0;
  std::string planted, each, trace;
};

std::uint64_t parse_count(const std::string& text) {
  std::uint64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc{} || end != text.data() + text.size()) throw BadInput("command line", "'" + text + "'", "a number");
  return count;
}

Asked parse(const std::vector<std::string>& arguments) {
  Asked asked;
  std::size_t at = 0;
  const auto take = [&] {
    if (at == arguments.size()) throw BadInput("command line", "its end", "a value for " + arguments.back());
    return arguments[at++];
  };
  while (at < arguments.size()) {
    const std::string option = take();
    if (option == "--seeds") {
      asked.seeds = parse_count(take());
    } else if (option == "--planted") {
      asked.planted = take();
    } else if (option == "--each") {
      asked.each = take();
    } else if (option == "--trace") {
      asked.trace = take();
      asked.seed = parse_count(take());
    } else {
      throw BadInput("command line", option, "--seeds N, --planted LEAK, --each TITLE, --trace TITLE SEED");
    }
  }
  return asked;
}

std::string column(const Scenario& scenario) {
  return scenario.name + (scenario.variant.empty() ? "" : "|" + scenario.variant);
}

struct Entry {
  Scenario scenario;
  const Handlers* handlers;
  std::string line;
};

class Hashes {
 public:
  explicit Hashes(const Asked& asked) : asked_(asked) {
    if (asked.planted.empty()) {
      for (Scenario& scenario : all_bundled()) entries_.push_back({std::move(scenario), &bundled_handlers(), {}});
      return;
    }
    const std::optional<Handler> leak = planted_leak(asked.planted);
    if (!leak) throw BadInput("--planted", "'" + asked.planted + "'", "map, field, expression");
    planted_.functions["leaky"] = *leak;
    entries_.push_back({planted_scenario(), &planted_, {}});
  }

  // Scenarios are shared out among threads: which thread plays one decides nothing.
  void all() {
    std::atomic<std::size_t> next = 0;
    const auto work = [&] {
      for (std::size_t i = next++; i < entries_.size(); i = next++) {
        Entry& entry = entries_[i];
        Player player(entry.scenario, *entry.handlers);
        Hash128 together{};
        for (std::uint64_t seed = 0; seed < asked_.seeds; ++seed) {
          const Hash128 outcome = outcome_of(played(player, seed));
          together = hash_more(together, &outcome, sizeof outcome);
        }
        entry.line = column(entry.scenario) + "\t" + std::to_string(asked_.seeds) + "\t" + to_text(together);
      }
    };
    {
      std::vector<std::jthread> threads;
      for (unsigned i = 0; i < std::max(1U, std::thread::hardware_concurrency()); ++i) threads.emplace_back(work);
    }
    for (const Entry& entry : entries_) std::cout << entry.line << '\n';
  }

  void each() {
    const Entry& entry = named(asked_.each);
    Player player(entry.scenario, *entry.handlers);
    for (std::uint64_t seed = 0; seed < asked_.seeds; ++seed)
      std::cout << seed << '\t' << to_text(outcome_of(played(player, seed))) << '\n';
  }

  void trace() {
    const Entry& entry = named(asked_.trace);
    Player player(entry.scenario, *entry.handlers);
    for (const std::string& line : lines_of_run(player.play(Plan::seeded(Seed{asked_.seed}), {.keep_trace = true})))
      std::cout << line << '\n';
  }

  bool met_bugs() const { return bugs_ > 0; }

 private:
  Run played(Player& player, std::uint64_t seed) {
    Run run = player.play(Plan::seeded(Seed{seed}));
    if (run.bug && bugs_++ == 0)
      std::cerr << column(player.scenario()) + ", seed " + std::to_string(seed) + ": " + *run.bug + "\n";
    return run;
  }
  const Entry& named(const std::string& title) const {
    std::vector<std::string> known;
    for (const Entry& entry : entries_) {
      if (column(entry.scenario) == title) return entry;
      known.push_back(column(entry.scenario));
    }
    throw BadInput("command line", "'" + title + "'", "a title" + did_you_mean(title, known));
  }

  const Asked& asked_;
  Handlers planted_;
  std::vector<Entry> entries_;
  std::atomic<int> bugs_ = 0;
};

int run(const std::vector<std::string>& arguments) {
  const Asked asked = parse(arguments);
  Hashes hashes(asked);
  if (!asked.trace.empty())
    hashes.trace();
  else if (!asked.each.empty())
    hashes.each();
  else
    hashes.all();
  return hashes.met_bugs() ? 4 : 0;
}

}  // namespace

}  // namespace weir

int main(int argc, char** argv) {
  try {
    return weir::run({argv + 1, argv + argc});
  } catch (const weir::BadInput& error) {
    std::cerr << "determinism_hashes: " << error.what() << '\n';
    return 3;
  }
}
