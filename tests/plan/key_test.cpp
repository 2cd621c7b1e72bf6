#include "sim/plan/key.hpp"

#include "tests/catch.hpp"

using namespace weir;

TEST_CASE("a key reads as a path of its parts", "[plan]") {
  CHECK((Key("trigger", "mirror") / Key("shard", "0.1") / Key("batch", 3) / Key("attempt", 2)).to_text() ==
        "trigger mirror / shard 0.1 / batch 3 / attempt 2");
}

TEST_CASE("a key written by a person meets the one the model asks", "[plan]") {
  const Key asked = Key("trigger", "mirror") / Key("shard", "0.1") / Key("batch", 3);
  CHECK(key_hash_of_text(asked.to_text()) == asked.hash());
  CHECK(key_hash_of_text(Key("table", "0").to_text()) == Key("table", 0).hash());  // digits alone: name or number, one meaning
  CHECK(key_hash_of_text(Key("table", "007").to_text()) == Key("table", "007").hash());
}

TEST_CASE("for any names and ordinals, text and hash agree and order of parts matters", "[plan]") {
  WEIR_PROPERTY("round trip", [](const std::string& raw, std::uint64_t number) {
    std::string name = "n";  // a name has no " / " in it
    for (const char c : raw)
      if (c != '/') name += c;
    const Key key = Key("client", name) / Key("op", number);
    RC_ASSERT(key_hash_of_text(key.to_text()) == key.hash());
    RC_ASSERT((Key("op", number) / Key("client", name)).hash() != key.hash());
    RC_ASSERT((Key("client", name) / Key("op", number + 1)).hash() != key.hash());
  });
}

TEST_CASE("what is no path of label and value is no key", "[plan]") {
  for (const char* text : {"", "trigger", "trigger ", " mirror", "trigger mirror / ", "trigger mirror /  batch 3",
                           "a 1 / a 1 / a 1 / a 1 / a 1 / a 1 / a 1 / a 1"})
    CHECK_FALSE(key_hash_of_text(text).has_value());
}
