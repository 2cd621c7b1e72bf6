// The value of a choice site in files: an operation as an object, numbers and flags as such, everything else as text.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>

#include "scenarios/format/json_reader.hpp"
#include "sim/plan/site_text.hpp"

namespace weir {

nlohmann::ordered_json value_to_json(const SiteInfo& site, std::int64_t value);

// BadInput for what is no value of the site, or lies outside its envelope.
std::int64_t value_from_node(const SiteInfo& site, const Node& node);

// Whether the site's envelope holds an encoded value.
bool in_envelope(const SiteInfo& site, std::int64_t value);

// The site a file names; BadInput with the nearest name when there is none.
const SiteInfo& site_from_node(const SiteBook& book, const Node& node, std::string_view name);

}  // namespace weir
