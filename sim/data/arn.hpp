// The one account and Region of a world, and the names of its resources there.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace weir {

inline constexpr std::string_view account_id = "123456789012";
inline constexpr std::string_view region_name = "us-east-1";

// arn_of("sqs", "letters"): "arn:aws:sqs:us-east-1:123456789012:letters"
inline std::string arn_of(std::string_view service, std::string_view resource) {
  return "arn:aws:" + std::string(service) + ":" + std::string(region_name) + ":" + std::string(account_id) + ":" +
         std::string(resource);
}

// The characters of tables' and indexes' names: a-z A-Z 0-9 _ . -, one at least                            [TABLE-2]
constexpr bool is_spelt_as_a_name(std::string_view text) {
  return !text.empty() &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-") == std::string_view::npos;
}
constexpr bool is_table_name(std::string_view text) {
  return text.size() >= 3 && text.size() <= 255 && is_spelt_as_a_name(text);
}

// What calls take in place of a table's name, with its account, its Region and its name.                     [TABLE-2]
struct TableArn {
  std::string_view region, account, table;
};
constexpr bool looks_like_an_arn(std::string_view text) { return text.starts_with("arn:"); }
std::optional<TableArn> parse_table_arn(std::string_view arn);  // nullopt: malformed, or the ARN of something else

}  // namespace weir
