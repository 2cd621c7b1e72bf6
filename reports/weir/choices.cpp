// weir choices: every choice site, that is, whatever AWS leaves open and a plan decides.
#include <nlohmann/json.hpp>

#include "reports/weir/command.hpp"
#include "reports/weir/printing.hpp"
#include "scenarios/format/json_layout.hpp"
#include "scenarios/play/play.hpp"

namespace weir {

namespace {

std::string_view type_name(SiteType type) {
  switch (type) {
    case SiteType::duration:
      return "duration";
    case SiteType::integer:
      return "integer";
    case SiteType::flag:
      return "flag";
    case SiteType::named:
      return "enum";
    case SiteType::outcome:
      return "outcome";
    case SiteType::operation:
      return "operation";
  }
  return "";
}

std::string_view nature_name(Nature nature) {
  switch (nature) {
    case Nature::open:
      return "open";
    case Nature::fault:
      return "fault";
    case Nature::workload:
      return "workload";
  }
  return "";
}

std::string text_of(const SiteInfo& site) {
  std::string text =
      std::string(site.name) + "  (" + std::string(type_name(site.type)) + ", " + std::string(nature_name(site.nature)) + ")\n";
  text += wrapped(site.asks, "    ");
  text += wrapped("envelope " + envelope_text(site) + "; calm " + value_text(site, site.calm) +
                      (site.rules.empty() ? "" : "; rules " + std::string(site.rules)),
                  "    ");
  return text;
}

ExitCode choices(const Arguments& arguments) {
  auto json = nlohmann::ordered_json::array();
  Listing listing(arguments, "choice site", "a site that `weir choices` lists, such as function.outcome");
  std::string text =
      listing.of_one() ? ""
                       : "open: AWS leaves it open. fault: answers calm once faults are healed. workload: what clients do.\n\n";
  for (const SiteInfo& site : all_sites().sites()) {
    if (!listing.wants(site.name)) continue;
    json.push_back({{"site", site.name},
                    {"type", type_name(site.type)},
                    {"nature", nature_name(site.nature)},
                    {"envelope", envelope_text(site)},
                    {"calm", value_text(site, site.calm)},
                    {"rules", site.rules},
                    {"asks", site.asks}});
    text += text_of(site);
  }
  listing.require_found();
  print(!arguments.json() ? text : laid_out(listing.of_one() ? json.front() : json));
  return ExitCode::ok;
}

}  // namespace

const CommandSpec& choices_command() {
  static const CommandSpec spec{.name = "choices",
                                .summary = "Every choice site, or one: type, envelope, calm value, rules",
                                .operand = "SITE",
                                .operand_help = "function.outcome, client.fault, ...; left away: all of them",
                                .options = {},
                                .run = choices};
  return spec;
}

}  // namespace weir
