#include "tests/catch.hpp"

#include <cstdint>
#include <filesystem>

#include "scenarios/format/files.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {
void feed(const std::string& input) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
}
}  // namespace

TEST_CASE("every seed of the fuzzer, and each of its beginnings, is refused or read", "[bad_input]") {
  std::size_t seeds = 0;
  for (const auto& entry : std::filesystem::directory_iterator("tests/fuzz/corpus")) {
    const std::string seed = weir::read_file(entry.path().string());
    CAPTURE(entry.path().string());
    ++seeds;
    CHECK_NOTHROW(feed(seed));
    const std::size_t step = 1 + seed.size() / 200;
    for (std::size_t size = 0; size < seed.size(); size += step) CHECK_NOTHROW(feed(seed.substr(0, size)));
  }
  CHECK(seeds >= 10);
}
