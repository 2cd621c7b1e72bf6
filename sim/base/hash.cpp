#define XXH_INLINE_ALL
#include "sim/base/hash.hpp"

#include <xxhash.h>

#include <array>
#include <cstdio>

namespace weir {

std::uint64_t hash64(const void* bytes, std::size_t size, std::uint64_t seed) {
  return XXH3_64bits_withSeed(bytes, size, seed);
}

Hash128 hash_more(Hash128 so_far, const void* bytes, std::size_t size) {
  // The low half seeds the new hash and the high half is mixed into it, so both halves depend on everything before.
  const XXH128_hash_t now = XXH3_128bits_withSeed(bytes, size, so_far.low);
  return {now.low64 ^ mix(so_far.high), now.high64 + so_far.low};
}

std::string to_text(Hash128 hash) {
  std::array<char, 33> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%016llx%016llx", static_cast<unsigned long long>(hash.high),
                static_cast<unsigned long long>(hash.low));
  return buffer.data();
}

}  // namespace weir
