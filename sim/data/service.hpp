// Which service of AWS a call goes to.
#pragma once

#include <cstdint>
#include <string_view>

namespace weir {

enum class Service : std::uint8_t { dynamodb, streams, sqs, s3 };
constexpr std::string_view to_text(Service service) {
  switch (service) {
    case Service::dynamodb:
      return "dynamodb";
    case Service::streams:
      return "streams";
    case Service::sqs:
      return "sqs";
    case Service::s3:
      return "s3";
  }
  return "";
}

}  // namespace weir
