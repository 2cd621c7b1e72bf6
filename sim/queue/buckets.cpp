#include "sim/queue/buckets.hpp"

namespace weir {

BucketId Buckets::create(BucketSettings settings) {
  buckets_.push_back({std::move(settings), {}});
  return BucketId{static_cast<BucketId::rep>(buckets_.size() - 1)};
}

std::optional<BucketId> Buckets::named(std::string_view name) const {
  for (std::size_t i = 0; i < buckets_.size(); ++i)
    if (buckets_[i].settings.name == name) return BucketId{static_cast<BucketId::rep>(i)};
  return std::nullopt;
}

Result<Done> Buckets::call(Kernel& kernel, const PutObject& request) {
  Bucket& bucket = buckets_[request.bucket.value];
  kernel.note(ObjectStored{bucket.settings.name, request.key, request.body.size()});
  bucket.objects.insert_or_assign(request.key, request.body);
  return Done{};
}

ListObjects::Answer Buckets::call(const ListObjects& request) const {
  if (request.max_keys < 1 || request.max_keys > 1000)
    return Failed{ServiceError::validation, Certainty::surely_not_done, "Argument max-keys must be an integer from 1 to 1000"};
  const auto& objects = buckets_[request.bucket.value].objects;
  std::vector<std::string> keys;
  auto next =
      request.start_after < request.prefix ? objects.lower_bound(request.prefix) : objects.upper_bound(request.start_after);
  for (; next != objects.end() && next->first.starts_with(request.prefix); ++next) {
    if (keys.size() == static_cast<std::size_t>(request.max_keys)) break;
    keys.push_back(next->first);
  }
  return keys;
}

GetObject::Answer Buckets::call(Kernel& kernel, const GetObject& request, const Actor& actor) {
  const Bucket& bucket = buckets_[request.bucket.value];
  const auto found = bucket.objects.find(request.key);
  if (found == bucket.objects.end())
    return Failed{ServiceError::no_such_key, Certainty::surely_not_done, "The specified key does not exist."};
  kernel.note(ObjectUsed{bucket.settings.name, request.key, ObjectUse::read, actor});
  return found->second;
}

DeleteObject::Answer Buckets::call(Kernel& kernel, const DeleteObject& request, const Actor& actor) {
  Bucket& bucket = buckets_[request.bucket.value];
  if (bucket.objects.erase(request.key) > 0)
    kernel.note(ObjectUsed{bucket.settings.name, request.key, ObjectUse::removed, actor});
  return Done{};
}

}  // namespace weir
