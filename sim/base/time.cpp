#include "sim/base/time.hpp"

#include <array>
#include <cstdio>

namespace weir {

namespace {
struct Unit {
  std::string_view name;
  std::int64_t microseconds;
};
constexpr std::array<Unit, 5> units{{{"h", 3'600'000'000}, {"min", 60'000'000}, {"s", 1'000'000}, {"ms", 1'000}, {"us", 1}}};
}  // namespace

std::string to_text(Duration span) {
  if (span == Duration::zero()) return "0s";
  std::string text = span < Duration::zero() ? "-" : "";
  std::uint64_t rest =
      span < Duration::zero() ? 0 - static_cast<std::uint64_t>(span.count()) : static_cast<std::uint64_t>(span.count());
  for (const Unit& unit : units) {
    const auto size = static_cast<std::uint64_t>(unit.microseconds);
    if (rest < size) continue;
    text += std::to_string(rest / size);
    text += unit.name;
    rest %= size;
  }
  return text;
}

std::string to_text(Instant at) {
  if (at == never) return "never";
  const std::int64_t us = at.time_since_epoch().count();
  std::array<char, 48> buffer{};
  const auto h = static_cast<long long>(us / 3'600'000'000), m = static_cast<long long>(us / 60'000'000 % 60);
  const auto s = static_cast<long long>(us / 1'000'000 % 60), f = static_cast<long long>(us % 1'000'000);
  std::snprintf(buffer.data(), buffer.size(), "%03lld:%02lld:%02lld.%06lld", h, m, s, f);
  return buffer.data();
}

std::optional<Duration> parse_duration(std::string_view text) {
  const bool negative = !text.empty() && text.front() == '-';
  if (negative) text.remove_prefix(1);
  if (text.empty()) return std::nullopt;
  std::int64_t total = 0;
  std::size_t next_unit = 0;
  while (!text.empty()) {
    std::int64_t count = 0;
    std::size_t digits = 0;
    while (digits < text.size() && text[digits] >= '0' && text[digits] <= '9') {
      if (digits == 15) return std::nullopt;
      count = count * 10 + (text[digits++] - '0');
    }
    if (digits == 0) return std::nullopt;
    text.remove_prefix(digits);
    std::size_t letters = 0;
    while (letters < text.size() && (text[letters] < '0' || text[letters] > '9')) ++letters;
    const std::string_view name = text.substr(0, letters);
    text.remove_prefix(letters);
    while (next_unit < units.size() && units[next_unit].name != name) ++next_unit;
    if (next_unit == units.size()) return std::nullopt;
    std::int64_t part = 0;
    if (__builtin_mul_overflow(count, units[next_unit].microseconds, &part) || __builtin_add_overflow(total, part, &total))
      return std::nullopt;
    ++next_unit;
  }
  return Duration(negative ? -total : total);
}

}  // namespace weir
