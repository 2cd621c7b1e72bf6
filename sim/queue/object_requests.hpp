// What code asks of a bucket; `bucket` is filled in by the client.
#pragma once

#include <string>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/data/ids.hpp"

namespace weir {

// One page of ListObjectsV2.
struct ListObjects {
  using Answer = Result<std::vector<std::string>>;
  BucketId bucket{};
  std::string prefix{};
  std::string start_after{};  // a key: only those behind it
  int max_keys = 1000;
};

struct GetObject {
  using Answer = Result<std::string>;
  BucketId bucket{};
  std::string key;
};

struct PutObject {
  using Answer = Result<Done>;
  BucketId bucket{};
  std::string key;
  std::string body;
};

struct DeleteObject {
  using Answer = Result<Done>;
  BucketId bucket{};
  std::string key;
};

}  // namespace weir
