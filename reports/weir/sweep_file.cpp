#include "reports/weir/sweep_file.hpp"

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "reports/export/export.hpp"
#include "reports/weir/chosen.hpp"
#include "scenarios/format/failure_check.hpp"
#include "scenarios/format/files.hpp"
#include "scenarios/format/json_layout.hpp"
#include "scenarios/format/json_reader.hpp"
#include "scenarios/format/scenario_file.hpp"
#include "sim/base/bad_input.hpp"

namespace weir {

namespace {

using nlohmann::json;
using nlohmann::ordered_json;

constexpr std::uint64_t most_runs = 1'000'000'000'000;  // that can be asked for
constexpr std::string_view start_over = "; leave --continue away to start over";

std::string fingerprint(const Scenario& scenario) {
  const std::string text = to_json_text(scenario, all_sites());
  std::string rows;
  for (const Load& load : scenario.loads)
    for (const auto& row : load.rows)
      for (const std::string& cell : row) rows += cell + '\x1f';
  return to_text(hash_more(hash_more({}, text.data(), text.size()), rows.data(), rows.size()));
}

Hash128 parse_hash(const std::string& text) {
  if (!is_hash_text(text)) throw std::invalid_argument("hash");
  return {.low = std::stoull(text.substr(16), nullptr, 16), .high = std::stoull(text.substr(0, 16), nullptr, 16)};
}

ordered_json found_to_json(const Found& found) {
  return {{"run", found.run}, {"seed", std::to_string(found.seed.value)}, {"message", found.message}};
}

// Seeds of sweeps are ours to write and to read; whatever does not fit ends as one error about the whole file.
std::uint64_t seed_number(const json& text) {
  std::size_t end = 0;
  const std::string digits = text.get<std::string>();
  const std::uint64_t value = std::stoull(digits, &end);
  if (end != digits.size()) throw std::invalid_argument("seed");
  return value;
}

std::uint64_t count_from_json(const json& count, std::uint64_t most = INT64_MAX) {
  if (!count.is_number_unsigned() || count.get<std::uint64_t>() > most) throw std::invalid_argument("count");
  return count.get<std::uint64_t>();
}

Found found_from_json(const json& found) {
  return {.run = count_from_json(found.at("run")),
          .seed = Seed{seed_number(found.at("seed"))},
          .message = found.at("message").get<std::string>()};
}

std::map<std::string, std::uint64_t> counts_from_json(const json& counts) {
  std::map<std::string, std::uint64_t> all;
  for (const auto& [name, count] : counts.items()) all[name] = count_from_json(count);
  return all;
}

SweepState state_from_json(const json& state) {
  SweepState s;
  s.next = count_from_json(state.at("next"), most_runs);
  s.violations = count_from_json(state.at("violations"), s.next);
  s.unknown = count_from_json(state.at("unknown"), s.next - s.violations);
  s.facts = count_from_json(state.at("facts"));
  s.events = count_from_json(state.at("events"));
  s.records = count_from_json(state.at("records"));
  s.virtual_microseconds = static_cast<std::int64_t>(count_from_json(state.at("virtual_microseconds")));
  s.hash = parse_hash(state.at("hash").get<std::string>());
  for (const auto& [oracle, found] : state.at("found").items()) s.found.emplace(oracle, found_from_json(found));
  s.broken = counts_from_json(state.at("broken"));
  for (const json& promise : state.at("untested"))
    s.untested.push_back({promise.at("oracle").get<std::string>(), count_from_json(promise.at("runs"), s.next)});
  s.reached = counts_from_json(state.at("reached"));
  if (state.contains("bug")) s.bug = found_from_json(state.at("bug"));
  return s;
}

// A program with other oracles would count one promise for another.
bool knows_promises_of(const Scenario& scenario, const SweepState& state) {
  const std::vector<TestCase> promises = suite_of(scenario, SweepResult{}).cases;
  return state.next == 0 ||
         std::equal(promises.begin(), promises.end(), state.untested.begin(), state.untested.end(),
                    [](const TestCase& promise, const Untested& known) { return promise.name == known.oracle; });
}

}  // namespace

std::string sweep_file_path(const std::string& out, const Scenario& scenario, Seed seed) {
  return out + "/sweeps/" + file_stem(scenario) + "-seed-" + std::to_string(seed.value) + ".json";
}

std::string sweep_file_to_continue(const std::string& out, const Scenario& scenario, Seed seed) {
  namespace fs = std::filesystem;
  std::string path = sweep_file_path(out, scenario, seed);
  std::error_code error;
  if (fs::exists(path, error)) return path;
  const std::string begin = file_stem(scenario) + "-seed-";
  std::vector<std::string> seeds;
  for (const fs::directory_entry& entry : fs::directory_iterator(out + "/sweeps", error)) {
    const std::string name = entry.path().filename().string(), stem = entry.path().stem().string();
    if (!stem.starts_with(begin) || !name.ends_with(".json")) continue;
    const std::string digits = stem.substr(begin.size());
    if (!digits.empty() && digits.find_first_not_of("0123456789") == std::string::npos) seeds.push_back(digits);
  }
  if (seeds.empty()) return "";
  std::sort(seeds.begin(), seeds.end());
  throw BadInput(path, "no such sweep, but one of seed " + one_of(seeds), "--seed " + one_of(seeds) + std::string(start_over));
}

void write_sweep_file(const std::string& path, const Scenario& scenario, Seed seed, const SweepState& state) {
  ordered_json found = ordered_json::object();
  for (const auto& [oracle, first] : state.found) found[oracle] = found_to_json(first);
  ordered_json untested = ordered_json::array();
  for (const Untested& promise : state.untested) untested.push_back({{"oracle", promise.oracle}, {"runs", promise.runs}});
  ordered_json kept{{"next", state.next},
                    {"violations", state.violations},
                    {"unknown", state.unknown},
                    {"facts", state.facts},
                    {"events", state.events},
                    {"records", state.records},
                    {"virtual_microseconds", state.virtual_microseconds},
                    {"hash", to_text(state.hash)},
                    {"found", found},
                    {"broken", ordered_json(state.broken)},
                    {"untested", untested},
                    {"reached", ordered_json(state.reached)}};
  if (state.bug) kept["bug"] = found_to_json(*state.bug);
  const ordered_json file{{"weir", weir_version()},
                          {"scenario", scenario.name},
                          {"variant", scenario.variant},
                          {"scenario_hash", fingerprint(scenario)},
                          {"seed", std::to_string(seed.value)},
                          {"state", kept}};
  write_file_atomically(path, laid_out(file));
}

SweepState read_sweep_file(const std::string& path, const Scenario& scenario, Seed seed) {
  const json file = parse_document(read_file(path), path);
  std::string version, name, variant, hash, found_seed;
  SweepState state;
  try {
    version = file.at("weir").get<std::string>();
    name = file.at("scenario").get<std::string>();
    variant = file.at("variant").get<std::string>();
    hash = file.at("scenario_hash").get<std::string>();
    found_seed = file.at("seed").get<std::string>();
    if (version == weir_version()) state = state_from_json(file.at("state"));
  } catch (const std::exception&) {
    throw BadInput(path, "no state of a sweep", "a file that weir sweep wrote" + std::string(start_over));
  }
  const auto refuse = [&](const std::string& found, const std::string& wanted) {
    throw BadInput(path, "a sweep of " + found, wanted + std::string(start_over));
  };
  if (version != weir_version()) refuse("weir " + version, "one of weir " + std::string(weir_version()));
  if (name != scenario.name || variant != scenario.variant)
    refuse(name + " " + variant, scenario.name + " " + scenario.variant);
  if (found_seed != std::to_string(seed.value)) refuse("seed " + found_seed, "--seed " + found_seed);
  if (hash != fingerprint(scenario)) refuse("another content of " + name, "the scenario as it was then");
  if (!knows_promises_of(scenario, state)) refuse("other promises", "one that this program's oracles judged");
  return state;
}

}  // namespace weir
