// The catalogue's calm runs, fact by fact, against the traces kept beside its scenarios. UPDATE_GOLDEN=1 writes them anew; the
// difference is reviewed as code.
#include <cstdlib>
#include <fstream>

#include "scenarios/bundle/bundle.hpp"
#include "scenarios/play/play.hpp"
#include "sim/trace/text.hpp"
#include "tests/catch.hpp"

using namespace weir;

namespace {

std::vector<std::string> lines_in(const std::string& path) {
  std::ifstream file(path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

void write_lines(const std::string& path, const std::vector<std::string>& lines) {
  std::ofstream file(path, std::ios::binary);
  for (const std::string& line : lines) file << line << '\n';
  REQUIRE(file.good());
}

std::string first_differing_line(const std::vector<std::string>& kept, const std::vector<std::string>& played) {
  const std::size_t longer = std::max(kept.size(), played.size());
  for (std::size_t i = 0; i < longer; ++i) {
    const std::string was = i < kept.size() ? kept[i] : "(end)", is = i < played.size() ? played[i] : "(end)";
    if (was != is) return "line " + std::to_string(i + 1) + "\n  kept:   " + was + "\n  played: " + is;
  }
  return "";
}

bool is_of_catalogue(const BundledFile& file) { return file.path.starts_with("scenarios/catalogue/"); }

std::string trace_path(const BundledFile& file) { return std::string(file.path.substr(0, file.path.rfind('.'))) + ".trace"; }

}  // namespace

TEST_CASE("each scenario of the catalogue plays calmly as it always did", "[golden]") {
  const bool update = std::getenv("UPDATE_GOLDEN") != nullptr;
  int compared = 0;
  for (const BundledFile& file : bundled_scenarios()) {
    if (!is_of_catalogue(file)) continue;
    const Scenario scenario = read_bundled(file, all_sites());
    const std::vector<std::string> played =
        lines_of(simulate(scenario, Plan::calm(), bundled_handlers(), {.keep_trace = true}).trace);
    if (update) write_lines(trace_path(file), played);
    INFO(trace_path(file) << " (UPDATE_GOLDEN=1 writes it anew)");
    CHECK(first_differing_line(lines_in(trace_path(file)), played) == "");
    compared += 1;
  }
  REQUIRE(compared >= 5);
}

TEST_CASE("a golden trace that differs is told by its first differing line", "[golden]") {
  CHECK(first_differing_line({"a", "b", "c"}, {"a", "x", "c"}) == "line 2\n  kept:   b\n  played: x");
  CHECK(first_differing_line({"a"}, {"a", "b"}) == "line 2\n  kept:   (end)\n  played: b");
  CHECK(first_differing_line({"a", "b"}, {"a", "b"}).empty());
}
