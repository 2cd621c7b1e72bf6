#include "sim/data/arn.hpp"

namespace weir {

namespace {

// The part up to the next colon, which goes with it; nullopt: there is none.
std::optional<std::string_view> part_of(std::string_view& rest) {
  const std::size_t colon = rest.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const std::string_view part = rest.substr(0, colon);
  rest.remove_prefix(colon + 1);
  return part;
}

bool is_account(std::string_view text) {
  return text.size() == account_id.size() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace

std::optional<TableArn> parse_table_arn(std::string_view arn) {
  constexpr std::string_view before = "arn:aws:dynamodb:", kind = "table/";
  if (!arn.starts_with(before)) return std::nullopt;
  arn.remove_prefix(before.size());
  const std::optional<std::string_view> region = part_of(arn);
  if (!region || region->empty()) return std::nullopt;
  const std::optional<std::string_view> account = part_of(arn);
  if (!account || !is_account(*account) || !arn.starts_with(kind)) return std::nullopt;
  arn.remove_prefix(kind.size());
  if (!is_table_name(arn)) return std::nullopt;
  return TableArn{*region, *account, arn};
}

}  // namespace weir
