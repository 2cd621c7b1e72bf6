#include "tests/queue/bed.hpp"

using namespace weir;

namespace {

struct Bucket : QueueBed {
  Bucket() : id(buckets.create({"failures"})) {}
  void put(const std::string& key, const std::string& body) { CHECK(buckets.call(kernel, PutObject{id, key, body}).ok()); }
  std::vector<std::string> list(const std::string& prefix = "", const std::string& after = "", int most = 1000) const {
    return *buckets.call(ListObjects{id, prefix, after, most});
  }
  GetObject::Answer get(const std::string& key) { return buckets.call(kernel, GetObject{id, key}, me); }
  BucketId id;
  const Actor me = Actor::of(ReaderId{0});
};
using Keys = std::vector<std::string>;

}  // namespace

TEST_CASE("an object is there as soon as it is put, and gone as soon as it is removed", "[DEST-6]") {
  Bucket bucket;
  CHECK(bucket.get("a").failed_with(ServiceError::no_such_key));
  bucket.put("a", "1");
  bucket.put("a", "2");
  CHECK(*bucket.get("a") == "2");
  CHECK(bucket.list() == Keys{"a"});
  CHECK(bucket.buckets.call(bucket.kernel, DeleteObject{bucket.id, "a"}, bucket.me).ok());
  CHECK(bucket.buckets.call(bucket.kernel, DeleteObject{bucket.id, "a"}, bucket.me).ok());
  CHECK(bucket.list().empty());
  CHECK(bucket.facts<ObjectStored>().size() == 2);
  REQUIRE(bucket.facts<ObjectUsed>().size() == 2);  // read once, removed once
  CHECK(bucket.facts<ObjectUsed>()[0].how == ObjectUse::read);
  CHECK(bucket.facts<ObjectUsed>()[1].how == ObjectUse::removed);
}

TEST_CASE("a list has the keys behind a start and under a prefix, in the order of bytes, a page at a time", "[DEST-6]") {
  Bucket bucket;
  for (const char* key : {"b/2", "a", "b/1", "c", "b/10"}) bucket.put(key, "");
  CHECK(bucket.list() == Keys{"a", "b/1", "b/10", "b/2", "c"});
  CHECK(bucket.list("b/") == Keys{"b/1", "b/10", "b/2"});
  CHECK(bucket.list("b/", "b/1") == Keys{"b/10", "b/2"});
  CHECK(bucket.list("b/", "a") == Keys{"b/1", "b/10", "b/2"});
  CHECK(bucket.list("b/", "c").empty());
  CHECK(bucket.list("", "", 2) == Keys{"a", "b/1"});
  for (const int most : {0, 1001})
    CHECK(bucket.buckets.call(ListObjects{bucket.id, "", "", most}).failed_with(ServiceError::validation));
}

TEST_CASE("a bucket is known by its name", "[DEST-6]") {
  Bucket bucket;
  CHECK(bucket.buckets.named("failures") == bucket.id);
  CHECK_FALSE(bucket.buckets.named("other"));
  CHECK(bucket.buckets.settings(bucket.id).name == "failures");
}
