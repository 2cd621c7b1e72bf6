#include "reports/weir/chosen.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "reports/rules/rule_book.hpp"
#include "reports/weir/printing.hpp"
#include "reports/wording/wording.hpp"
#include "scenarios/format/files.hpp"
#include "scenarios/format/json_reader.hpp"
#include "scenarios/format/scenario_file.hpp"
#include "scenarios/format/scenario_parts.hpp"
#include "scenarios/format/token.hpp"
#include "scenarios/play/play.hpp"
#include "sim/base/bad_input.hpp"

namespace weir {

namespace {

bool is_path(const std::string& name) { return name.find('/') != std::string::npos || name.ends_with(".json"); }

// scenarios/catalogue/running-totals.json means the bundled running-totals, wherever we stand.
const BundledFile* bundled_by_path(const std::string& path) {
  if (const BundledFile* file = bundled_file(path); file && path.ends_with(".json")) return file;
  for (const std::string_view folder : {"scenarios/catalogue/", "scenarios/museum/"}) {
    const std::size_t at = path.rfind(folder);
    if (at == std::string::npos || (at > 0 && path[at - 1] != '/')) continue;
    std::string stem = path.substr(at + folder.size());
    if (stem.ends_with("/scenario.json")) stem.resize(stem.size() - std::string_view("/scenario.json").size());
    if (stem.ends_with(".json")) stem.resize(stem.size() - std::string_view(".json").size());
    for (const BundledFile& file : bundled_scenarios())
      if (bundled_name(file) == stem) return &file;
  }
  return nullptr;
}

BadInput no_such(const std::string& name) {
  std::vector<std::string> known;
  for (const BundledFile& file : bundled_scenarios()) known.emplace_back(bundled_name(file));
  if (looks_like_token(name))
    return {"scenario", "a failure's token", "a scenario; a failure is played by `weir replay TOKEN`"};
  if (is_path(name)) return {name, "no such file", "the path of a scenario file, or a name that `weir list` shows"};
  std::string begins;  // all of them: with one it would have been found
  for (const BundledFile* file : bundled_beginning_with(name))
    begins += (begins.empty() ? "" : ", ") + std::string(bundled_name(*file));
  return {"scenario '" + name + "'", begins.empty() ? "no such name" : "fits more than one: " + begins,
          "the path of a file, or a name that `weir list` shows" + did_you_mean(name, known)};
}

// What this program alone knows: the code it has, and the rules.
void check_names(const Scenario& scenario, const std::string& text, const std::string& file) {
  const auto refuse = [&](const std::string& pointer, const std::string& found, const std::string& accepted) {
    throw BadInput(place_in_scenario(text, file, scenario.variant, pointer), found, accepted);
  };
  const auto check_code = [&](const std::string& pointer, const std::string& name, const auto& code, std::string_view kind) {
    if (code.find(name) != code.end()) return;
    if (code.find(name + "/broken") != code.end())
      refuse(pointer, fmt::format("the {} \"{}\" comes as broken and as fixed", kind, name),
             fmt::format("\"{0}/broken\" or \"{0}/fixed\"; or \"variants\": {{\"broken\": {{}}, \"fixed\": {{}}}} in the file",
                         name));
    refuse(pointer, fmt::format("no {} is called \"{}\"", kind, name),
           fmt::format("a {} that comes with weir (`weir list --handlers`); your own code is played in your own tests", kind) +
               did_you_mean(name, names_of(code)));
  };
  const Handlers& code = bundled_handlers();
  for (std::size_t i = 0; i < scenario.functions.size(); ++i) {
    const FunctionSettings& function = scenario.functions[i];
    check_code(fmt::format("/functions/{}/handler", i), function.handler.empty() ? function.name : function.handler,
               code.functions, "handler");
  }
  for (std::size_t i = 0; i < scenario.readers.size(); ++i) {
    const ReaderSettings& reader = scenario.readers[i];
    check_code(fmt::format("/readers/{}/reader", i), reader.reader.empty() ? reader.name : reader.reader, code.readers,
               "reader");
  }
  for (std::size_t i = 0; i < scenario.rules.size(); ++i)
    if (const std::string& rule = scenario.rules[i]; !find_rule(rule))
      refuse(fmt::format("/rules/{}", i), fmt::format("no rule \"{}\"", rule),
             "an ID that `weir rules` lists" + did_you_mean(rule, rule_ids()));
}

// The variant to take where none was asked for.
std::string default_variant(const std::vector<std::string>& variants) {
  return std::find(variants.begin(), variants.end(), "broken") == variants.end() ? "" : "broken";
}

bool equals_bundled(const Scenario& scenario) {
  for (const BundledFile& file : bundled_scenarios()) {
    if (bundled_name(file) != scenario.name) continue;
    const std::vector<std::string> variants = variants_of(file.text, file.path);
    if (scenario.variant.empty() != variants.empty()) return false;
    if (!variants.empty() && std::find(variants.begin(), variants.end(), scenario.variant) == variants.end()) return false;
    return read_bundled(file, all_sites(), scenario.variant) == scenario;
  }
  return false;
}

void stretch(Scenario& scenario, const Load& load, const std::string& where) {
  const auto rows = static_cast<std::int64_t>(load.rows.size());
  if (load.every > Duration{} && rows > (longest_run - 1h) / load.every)
    throw BadInput(where, grouped(load.rows.size()) + " rows at one every " + to_text(load.every),
                   "as many as fit into " + to_text(longest_run));
  scenario.run_for = std::max(scenario.run_for, load.every * rows + 1h);
}

void replace_load(Scenario& scenario, const std::string& words, const std::string& where) {
  const std::size_t equals = words.find('=');
  if (equals == std::string::npos || equals == 0 || equals + 1 == words.size())
    throw BadInput(where, "found '" + words + "'", "TABLE=FILE");
  const std::string table = words.substr(0, equals), file = words.substr(equals + 1);
  std::vector<std::string> tables;
  for (Load& load : scenario.loads) {
    if (load.table == table) {
      read_rows(load, file);
      load.file = file;
      return stretch(scenario, load, where);
    }
    tables.push_back(load.table);
  }
  std::string accepted = tables.empty() ? "a scenario with a load: " + scenario.name + " has none" : "a table with a load:";
  for (const std::string& one : tables) accepted += " " + one;
  throw BadInput(where, "found table '" + table + "'", accepted + did_you_mean(table, tables));
}

}  // namespace

std::string_view bundled_name(const BundledFile& file) {
  std::string_view stem = file.path;
  if (stem.ends_with("/scenario.json")) stem.remove_suffix(std::string_view("/scenario.json").size());
  stem.remove_prefix(stem.rfind('/') + 1);
  if (stem.ends_with(".json")) stem.remove_suffix(std::string_view(".json").size());
  const std::size_t letters = stem.find_first_not_of("0123456789");
  return letters > 0 && letters < stem.size() && stem[letters] == '-' ? stem.substr(letters + 1) : stem;
}

std::string Chosen::title() const { return scenario.name + (scenario.variant.empty() ? "" : " (" + scenario.variant + ")"); }

std::string Chosen::note() const {
  if (!variant_by_default) return "";
  std::string others;
  for (const std::string& one : variants)
    if (one != scenario.variant) others += (others.empty() ? "" : " or ") + ("--variant " + one);
  return "variant " + scenario.variant + ", since none was asked for" + (others.empty() ? "" : "; there is " + others);
}

std::string Chosen::words() const {
  return shell_word(file.empty() ? scenario.name : file) +
         (scenario.variant.empty() ? "" : " --variant " + shell_word(scenario.variant));
}

Chosen choose_scenario(const std::string& name, const std::string& variant) {
  Chosen chosen;
  std::error_code error;
  const BundledFile* bundled = is_path(name) ? bundled_by_path(name) : bundled_scenario(name);
  const bool on_disk =
      is_path(name) ? std::filesystem::exists(name, error) : !bundled && std::filesystem::is_regular_file(name, error);
  if (on_disk) bundled = nullptr;
  if (!on_disk && !bundled) throw no_such(name);
  if (bundled) {
    chosen.variants = variants_of(bundled->text, bundled->path);
    chosen.scenario = read_bundled(*bundled, all_sites(), variant, default_variant(chosen.variants));
  } else {
    const std::string text = read_file(name);
    if (has_member(text, name, "breaks"))
      throw BadInput(name, "a failure file", "a scenario file; a failure is played by `weir replay " + shell_word(name) + "`");
    chosen.variants = variants_of(text, name);
    chosen.scenario = read_scenario(name, all_sites(), variant, default_variant(chosen.variants));
    check_names(chosen.scenario, text, name);
    chosen.file = name;
  }
  chosen.variant_by_default = variant.empty() && !chosen.variants.empty();
  chosen.is_bundled = bundled || equals_bundled(chosen.scenario);
  return chosen;
}

Chosen choose_scenario(const Arguments& arguments) {
  Chosen chosen = choose_scenario(arguments.need_operand("scenario", "the path of a file, or a name that `weir list` shows"),
                                  arguments.text("--variant"));
  for (const std::string& words : arguments.texts("--load")) {
    replace_load(chosen.scenario, words, arguments.where("--load"));
    chosen.is_bundled = false;
  }
  return chosen;
}

Chosen choose_scenario(const Failure& failure, const std::string& variant) {
  if (failure.embedded) {
    if (!variant.empty() && variant != failure.variant)
      throw BadInput("--variant", "found '" + variant + "'", "no variant: the failure carries its scenario with it");
    Chosen chosen;
    chosen.scenario = *failure.embedded;
    return chosen;
  }
  const std::string& wanted = variant.empty() ? failure.variant : variant;
  for (const BundledFile& file : bundled_scenarios())
    if (bundled_name(file) == failure.scenario) return choose_scenario(failure.scenario, wanted);
  if (failure.scenario_file.empty()) throw no_such(failure.scenario);
  return choose_scenario(failure.scenario_file, wanted);
}

std::string promises_note(const Scenario& scenario) {
  if (!scenario.oracles.empty() || !scenario.checks.empty()) return "";
  return "the scenario promises nothing of its consumer: only the model's own promises were judged";
}

bool has_member(const std::string& text, const std::string& file, const char* member) {
  const nlohmann::json document = parse_document(text, file);
  return document.is_object() && document.contains(member);
}

std::string file_stem(const Scenario& scenario) {
  const std::string name = scenario.name + (scenario.variant.empty() ? "" : "-" + scenario.variant);
  std::string stem = name;
  for (char& c : stem) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    if (!plain) c = '-';
  }
  // Names that differ in such characters alone have files of their own, and a name that sounds like another's variant has.
  const bool sounds_like_variant = scenario.variant.empty() && (name.ends_with("-broken") || name.ends_with("-fixed"));
  return stem == name && !sounds_like_variant ? stem
                                              : stem + "-" + to_text(hash_more({}, name.data(), name.size())).substr(0, 8);
}

}  // namespace weir
