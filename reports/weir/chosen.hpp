// The scenario a person named on the command line, ready to be played.
//
//   name      a path, else a bundled scenario's name, else a file that is called so. A bundled file's path works from any
//   folder; the number in front of a
//             catalogue file's name may be left out
//   variant   where a scenario bundles two consumers and none was asked for: "broken", and note() says so
//   load      --load TABLE=FILE: the rows of a CSV file in the place of the load's own; run_for grows so that the last row is
//             followed by an hour
//   errors    BadInput, with the nearest name
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reports/weir/command.hpp"
#include "scenarios/bundle/bundle.hpp"
#include "scenarios/format/failure_file.hpp"

namespace weir {

struct Chosen {
  Scenario scenario;
  std::string file;                   // where it was read from; empty: it is bundled
  std::vector<std::string> variants;  // of the file
  bool variant_by_default = false;
  bool is_bundled = false;  // equal to the bundled scenario of its name: a failure need not carry it along

  std::string title() const;  // "fm-03-counted-twice (broken)"
  std::string note() const;   // about the variant taken; may be empty
  std::string words() const;  // the scenario and its variant as command line words
};

Chosen choose_scenario(const std::string& name, const std::string& variant);
// With the command's --variant and, if it has them, --load.
Chosen choose_scenario(const Arguments& arguments);

// What a failure is about: the scenario it carries, a bundled one, or the file it hints at. `variant` empty: the failure's own.
Chosen choose_scenario(const Failure& failure, const std::string& variant);

// What to say of a scenario that promises nothing: who judges it then; else empty.
std::string promises_note(const Scenario& scenario);

// The bundled names as `weir list` prints them.
std::string_view bundled_name(const BundledFile& file);

// Whether a JSON document is an object with such a member: "breaks" tells a failure's file from a scenario's, which has
// "tables".
bool has_member(const std::string& text, const std::string& file, const char* member);

// The name that files about a scenario get: "fm-03-counted-twice-broken". What no file name should have becomes a dash, and a
// hash of the name goes behind it: "a-b-1f0c6e2d" of "a/b"; so too where the name alone ends in "-broken" or "-fixed".
std::string file_stem(const Scenario& scenario);

inline constexpr OptionSpec variant_option{
    .name = "--variant", .value = "V", .help = "broken or fixed, where a scenario bundles two consumers (broken)"};
inline constexpr OptionSpec load_option{.name = "--load",
                                        .value = "TABLE=FILE",
                                        .help = "Rows of a CSV file in the place of the load's own; may be repeated",
                                        .many = true};

}  // namespace weir
