#include "sim/function/sdk_retries.hpp"

#include <algorithm>

#include "sim/function/sites.hpp"

namespace weir {

std::uint32_t retries_of(SdkRetries mode) {
  switch (mode) {
    case SdkRetries::none:
      return 0;
    case SdkRetries::standard:
      return 2;
    case SdkRetries::legacy:
      return 10;
  }
  return 0;
}

bool worth_a_retry(ServiceError error) {
  return is_throttle(error) || error == ServiceError::transaction_in_progress || error == ServiceError::internal_server_error;
}

Duration longest_back_off(SdkRetries mode, std::uint32_t retry) {
  SIM_CHECK(retry >= 1 && retry <= retries_of(mode), "a retry is one that its mode makes");
  const Duration first = mode == SdkRetries::standard ? Duration(1s) : Duration(50ms);
  return std::min<Duration>(first * (std::int64_t{1} << (retry - 1)), 20s);
}

bool tries_again(SdkRetries mode, std::uint32_t retried, ServiceError error) {
  return retried < retries_of(mode) && worth_a_retry(error);
}

Duration back_off(Kernel& kernel, SdkRetries mode, std::uint32_t retry, const Key& key) {
  const std::int64_t percent = kernel.choose(client_back_off, key);
  return longest_back_off(mode, retry) * percent / 100;
}

}  // namespace weir
