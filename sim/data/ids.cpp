#include "sim/data/ids.hpp"

#include <array>

namespace weir {

namespace {
// 2^63, where the wire's numbers become one digit longer; and what is written before the 20 digits of a number.
constexpr std::uint64_t longer_from = std::uint64_t{1} << 63;
constexpr std::string_view short_lead = "1", long_lead = "10";
constexpr std::size_t number_digits = 20;

struct ViewName {
  std::string_view text, wire;
};
constexpr std::array<ViewName, 5> view_names{{{"none", ""},
                                              {"keys_only", "KEYS_ONLY"},
                                              {"new_image", "NEW_IMAGE"},
                                              {"old_image", "OLD_IMAGE"},
                                              {"new_and_old_images", "NEW_AND_OLD_IMAGES"}}};
}  // namespace

std::string to_wire(SequenceNumber number) {
  const std::string digits = std::to_string(number.value);
  std::string wire(number.value < longer_from ? short_lead : long_lead);
  return wire.append(number_digits - digits.size(), '0').append(digits);
}

std::optional<SequenceNumber> parse_sequence_number(std::string_view wire) {
  if (wire.size() < number_digits) return std::nullopt;
  const std::string_view lead = wire.substr(0, wire.size() - number_digits);
  if (lead != short_lead && lead != long_lead) return std::nullopt;
  std::uint64_t value = 0;
  for (const char c : wire.substr(lead.size())) {
    if (c < '0' || c > '9') return std::nullopt;
    const auto digit = static_cast<std::uint64_t>(c - '0');
    if (value > (~std::uint64_t{0} - digit) / 10) return std::nullopt;
    value = value * 10 + digit;
  }
  if ((value < longer_from) != (lead == short_lead)) return std::nullopt;
  return SequenceNumber{value};
}

std::string_view to_text(StreamView view) { return view_names[static_cast<std::size_t>(view)].text; }
std::string_view wire_name(StreamView view) { return view_names[static_cast<std::size_t>(view)].wire; }

std::optional<StreamView> parse_stream_view(std::string_view text) {
  for (std::size_t i = 0; i < view_names.size(); ++i) {
    if (!text.empty() && (text == view_names[i].text || text == view_names[i].wire)) return static_cast<StreamView>(i);
  }
  return std::nullopt;
}

}  // namespace weir
