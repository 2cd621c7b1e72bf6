// Sites by name, and the text of their values: what files, tokens, listings and stories share.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/plan/plan.hpp"

namespace weir {

// Every site of a build, in a stable order (as registered). World assembles the one book: all_sites().
class SiteBook {
 public:
  explicit SiteBook(std::vector<SiteInfo> sites);
  const std::vector<SiteInfo>& sites() const { return sites_; }
  const SiteInfo* find(std::string_view name) const;
  std::vector<std::string> names() const;

 private:
  std::vector<SiteInfo> sites_;
};

// "10min", "3", "true", "throw", "crash after call 2", "put item 1 group 0 value 5".
std::string value_text(const SiteInfo& site, std::int64_t value);
std::optional<std::int64_t> parse_value_text(const SiteInfo& site, std::string_view text);

// "0s .. 48h", "none | put | ...": the envelope as `weir choices` shows it and error messages offer it.
std::string envelope_text(const SiteInfo& site);

}  // namespace weir
