// weir list: the scenarios that come with the program.
#include <nlohmann/json.hpp>

#include "reports/weir/chosen.hpp"
#include "reports/weir/printing.hpp"
#include "scenarios/format/json_layout.hpp"
#include "scenarios/format/scenario_file.hpp"
#include "scenarios/format/scenario_parts.hpp"
#include "scenarios/play/play.hpp"

namespace weir {

namespace {

// What a file may name as the code of a function or a reader. Where a name ends in /broken or /fixed, a file with such variants
// names what stands before the slash.
ExitCode list_handlers(const Arguments& arguments) {
  auto json = nlohmann::ordered_json::array();
  std::string text;
  const auto add = [&](std::string_view kind, const auto& code) {
    std::string names;
    for (const std::string& name : names_of(code)) {
      json.push_back({{"name", name}, {"kind", kind}});
      names += (names.empty() ? "" : ", ") + name;
    }
    text += std::string(kind) + "s\n" + wrapped(names, "    ");
  };
  add("handler", bundled_handlers().functions);
  add("reader", bundled_handlers().readers);
  print(arguments.json() ? laid_out(json) : text);
  return ExitCode::ok;
}

ExitCode list(const Arguments& arguments) {
  if (arguments.has("--handlers")) return list_handlers(arguments);
  auto json = nlohmann::ordered_json::array();
  std::string text;
  for (const BundledFile& file : bundled_scenarios()) {
    const std::vector<std::string> variants = variants_of(file.text, file.path);
    const Scenario scenario = read_bundled(file, all_sites(), variants.empty() ? "" : variants.front());
    json.push_back({{"scenario", bundled_name(file)},
                    {"variants", variants},
                    {"teaches", scenario.teaches},
                    {"rules", scenario.rules},
                    {"file", file.path}});
    std::string names;
    for (const std::string& variant : variants) names += (names.empty() ? "  (" : ", ") + variant;
    text += std::string(bundled_name(file)) + names + (names.empty() ? "" : ")") + "\n" + wrapped(scenario.teaches, "    ");
  }
  print(arguments.json() ? laid_out(json) : text);
  return ExitCode::ok;
}

}  // namespace

const CommandSpec& list_command() {
  static const CommandSpec spec{
      .name = "list",
      .summary = "The bundled scenarios: names, variants, what each teaches",
      .options = {{"--handlers", "", "The code that comes along instead: what a file may name as handler or reader"}},
      .run = list};
  return spec;
}

}  // namespace weir
