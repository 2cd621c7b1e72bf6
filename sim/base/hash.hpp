// xxHash (XXH3) under names of our own: stable over compilers, machines and runs. std::hash never is, so nobody uses it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace weir {

struct Hash128 {
  std::uint64_t low = 0, high = 0;
  friend constexpr auto operator<=>(const Hash128&, const Hash128&) = default;
};

std::uint64_t hash64(const void* bytes, std::size_t size, std::uint64_t seed = 0);
inline std::uint64_t hash64(std::string_view text, std::uint64_t seed = 0) { return hash64(text.data(), text.size(), seed); }

// Folds `size` bytes into a running hash: order matters, nothing is buffered.
Hash128 hash_more(Hash128 so_far, const void* bytes, std::size_t size);

std::string to_text(Hash128 hash);  // 32 lower-case hex digits, high half first

// A strong 64-bit mixer for hashes of small fixed things (a choice's seed, site and key).
constexpr std::uint64_t mix(std::uint64_t x) {
  x ^= x >> 32;
  x *= 0xd6e8feb86659fd93ULL;
  x ^= x >> 32;
  x *= 0xd6e8feb86659fd93ULL;
  x ^= x >> 32;
  return x;
}
// Its inverse: mix is one-to-one.
constexpr std::uint64_t unmix(std::uint64_t x) {
  for (int round = 0; round < 2; ++round) {
    x ^= x >> 32;
    x *= 0xcfee444d8b59a89bULL;
  }
  return x ^ (x >> 32);
}
constexpr std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
  return mix(a * 0x9e3779b97f4a7c15ULL + mix(b + 0x632be59bd9b4e019ULL));
}

}  // namespace weir
