// The one account and Region of a world, and the names of its resources there.
#pragma once

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

}  // namespace weir
