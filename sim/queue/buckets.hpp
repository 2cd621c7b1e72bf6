// Buckets: S3 as failure records and the code that reads them back meet it.                    [DEST-1] [DEST-6]
//
//   objects   texts by key; a put replaces what stood there
//   reads     see each put and removal at once: S3 is strongly consistent, for lists too
//   lists     keys in the order of their bytes, at most 1,000 a page
//   removing  what is not there is removed without a word
//   value     copies with the world
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/kernel/kernel.hpp"
#include "sim/queue/object_requests.hpp"
#include "sim/queue/settings.hpp"
#include "sim/trace/actor.hpp"

namespace weir {

class Buckets {
 public:
  BucketId create(BucketSettings settings);
  std::optional<BucketId> named(std::string_view name) const;
  const BucketSettings& settings(BucketId bucket) const { return buckets_[bucket.value].settings; }

  // Notes ObjectStored.
  Result<Done> call(Kernel& kernel, const PutObject& request);
  // InvalidArgument as `validation`: max_keys outside 1 .. 1,000.
  ListObjects::Answer call(const ListObjects& request) const;
  // Notes ObjectUsed. NoSuchKey: nothing stands there.
  GetObject::Answer call(Kernel& kernel, const GetObject& request, const Actor& actor);
  DeleteObject::Answer call(Kernel& kernel, const DeleteObject& request, const Actor& actor);

  std::size_t size(BucketId bucket) const { return buckets_[bucket.value].objects.size(); }

 private:
  struct Bucket {
    BucketSettings settings;
    std::map<std::string, std::string, std::less<>> objects;  // key -> text
  };
  std::vector<Bucket> buckets_;  // by BucketId
};

}  // namespace weir
