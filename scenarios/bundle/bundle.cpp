#include "scenarios/bundle/bundle.hpp"

#include <algorithm>

#include "scenarios/bundle/embedded.hpp"
#include "scenarios/catalogue/consumers.hpp"
#include "scenarios/format/scenario_file.hpp"
#include "scenarios/museum/consumers.hpp"

namespace weir {

namespace {

// "01-workshop-replication" of ".../01-workshop-replication.json"; a museum entry is named by its folder.
std::string_view stem_of(std::string_view path) {
  if (path.ends_with("/scenario.json")) path.remove_suffix(std::string_view("/scenario.json").size());
  path.remove_prefix(path.rfind('/') + 1);
  if (path.ends_with(".json")) path.remove_suffix(5);
  return path;
}

std::string_view without_number(std::string_view stem) {
  const std::size_t letters = stem.find_first_not_of("0123456789");
  return letters > 0 && letters != std::string_view::npos && stem[letters] == '-' ? stem.substr(letters + 1) : stem;
}

}  // namespace

const std::vector<BundledFile>& bundled_scenarios() {
  static const std::vector<BundledFile> scenarios = [] {
    std::vector<BundledFile> found;
    for (const BundledFile& file : embedded_files())
      if (file.path.ends_with(".json")) found.push_back(file);
    std::sort(found.begin(), found.end(), [](const BundledFile& a, const BundledFile& b) { return a.path < b.path; });
    return found;
  }();
  return scenarios;
}

const BundledFile* bundled_file(std::string_view path) {
  for (const BundledFile& file : embedded_files())
    if (file.path == path) return &file;
  return nullptr;
}

const BundledFile* bundled_scenario(std::string_view name) {
  for (const BundledFile& file : bundled_scenarios()) {
    const std::string_view stem = stem_of(file.path);
    if (name == file.path || name == stem || name == without_number(stem)) return &file;
  }
  const std::vector<const BundledFile*> begun = bundled_beginning_with(name);
  return begun.size() == 1 ? begun.front() : nullptr;
}

std::vector<const BundledFile*> bundled_beginning_with(std::string_view name) {
  std::vector<const BundledFile*> begun;
  for (const BundledFile& file : bundled_scenarios()) {
    const std::string_view stem = stem_of(file.path);
    if (!name.empty() && (stem.starts_with(name) || without_number(stem).starts_with(name))) begun.push_back(&file);
  }
  return begun;
}

Scenario read_bundled(const BundledFile& file, const SiteBook& book, std::string_view variant,
                      std::string_view default_variant) {
  Scenario scenario = parse_scenario(file.text, file.path, book, variant, default_variant);
  const std::string folder(file.path.substr(0, file.path.rfind('/') + 1));
  for (Load& load : scenario.loads) {
    if (!load.rows.empty()) continue;
    const BundledFile* rows = bundled_file(folder + load.file);
    SIM_CHECK(rows, "a bundled scenario loads bundled files");
    parse_rows(load, rows->text, rows->path);
  }
  return scenario;
}

const Handlers& bundled_handlers() {
  static const Handlers all = [] {
    Handlers handlers = catalogue_consumers();
    Handlers museum = museum_consumers();
    handlers.functions.merge(museum.functions);
    handlers.readers.merge(museum.readers);
    return handlers;
  }();
  return all;
}

}  // namespace weir
