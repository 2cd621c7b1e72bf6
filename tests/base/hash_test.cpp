#include "sim/base/hash.hpp"

#include <set>

#include "tests/catch.hpp"

using namespace weir;

TEST_CASE("hashes are XXH3's own, the same on every machine", "[hash]") {
  CHECK(hash64("") == 0x2d06800538d394c2ULL);     // published value of XXH3_64bits of no bytes
  CHECK(hash64("abc") == 0x78af5f94892f3950ULL);  // and of "abc"
  CHECK(hash64("abc", 1) != hash64("abc"));
}

TEST_CASE("a running hash depends on content, order and all that came before", "[hash]") {
  const auto fold = [](std::initializer_list<std::string_view> parts) {
    Hash128 hash;
    for (const std::string_view part : parts) hash = hash_more(hash, part.data(), part.size());
    return hash;
  };
  CHECK(fold({"a", "b"}) == fold({"a", "b"}));
  CHECK(fold({"a", "b"}) != fold({"b", "a"}));
  CHECK(fold({"a", "b"}) != fold({"ab"}));
  CHECK(fold({"x", "a", "b"}) != fold({"y", "a", "b"}));
  CHECK(fold({}) != fold({""}));
  CHECK(to_text(Hash128{0x1234, 0xabcd}) == "000000000000abcd0000000000001234");
}

TEST_CASE("mix is one-to-one as far as one can see, and takes its two arguments in order", "[hash]") {
  std::set<std::uint64_t> seen;
  for (std::uint64_t i = 0; i < 10000; ++i) seen.insert(mix(i));
  CHECK(seen.size() == 10000);
  CHECK(mix(1, 2) != mix(2, 1));
}
