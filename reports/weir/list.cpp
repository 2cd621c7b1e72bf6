// weir list: the scenarios that come with the program.
#include <nlohmann/json.hpp>

#include "reports/weir/chosen.hpp"
#include "reports/weir/printing.hpp"
#include "scenarios/format/json_layout.hpp"
#include "scenarios/format/scenario_file.hpp"
#include "scenarios/play/play.hpp"

namespace weir {

namespace {

ExitCode list(const Arguments& arguments) {
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
      .name = "list", .summary = "The bundled scenarios: names, variants, what each teaches", .run = list};
  return spec;
}

}  // namespace weir
