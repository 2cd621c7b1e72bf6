#include "sim/data/item.hpp"

#include <algorithm>
#include <array>

#include "sim/base/hash.hpp"

namespace weir {

namespace {
// Where a name stands in an item's bytes, or where it would.
struct Place {
  std::size_t begin = 0, end = 0;  // the whole attribute; empty when absent
  std::string_view value;          // empty when absent
};

Place find_place(std::string_view all, std::string_view name) {
  const char* at = all.data();
  const char* const end = all.data() + all.size();
  while (at != end) {
    const char* const begin = at;
    const int order = read_text(at).compare(name);
    const auto offset = static_cast<std::size_t>(begin - all.data());
    if (order > 0) return {offset, offset, {}};
    const std::string_view value = read_value(at);
    if (order == 0) return {offset, static_cast<std::size_t>(at - all.data()), value};
  }
  return {all.size(), all.size(), {}};
}
}  // namespace

Item::Item(std::initializer_list<std::pair<std::string_view, AttributeValue>> attributes) {
  ItemBuilder builder;
  for (const auto& [name, value] : attributes) builder.value(name, value);
  *this = builder.finish();
}

Item::Item(const AttributeMap& attributes) {
  ItemBuilder builder;
  for (const auto& [name, value] : attributes) builder.value(name, value);
  *this = builder.finish();
}

AttributeMap Item::attributes() const {
  AttributeMap all;
  each([&](std::string_view name, std::string_view value) { all.emplace_hint(all.end(), name, decode_value(value)); });
  return all;
}

std::uint32_t Item::count() const {
  std::uint32_t count = 0;
  each([&](std::string_view, std::string_view) { ++count; });
  return count;
}

std::string_view Item::find_encoded(std::string_view name) const {
  const std::string_view all = bytes();
  const char* at = all.data();
  const char* const end = all.data() + all.size();
  while (at != end) {
    const bool found = read_text(at) == name;
    const std::string_view value = read_value(at);
    if (found) return value;
  }
  return {};
}

std::optional<AttributeValue> Item::get(std::string_view name) const {
  const std::string_view found = find_encoded(name);
  if (found.empty()) return std::nullopt;
  return decode_value(found);
}

std::optional<std::string_view> Item::find_string(std::string_view name) const {
  const std::string_view found = find_encoded(name);
  if (found.empty() || encoded_type(found) != Type::S) return std::nullopt;
  return encoded_text(found);
}

std::optional<std::string_view> Item::find_binary(std::string_view name) const {
  const std::string_view found = find_encoded(name);
  if (found.empty() || encoded_type(found) != Type::B) return std::nullopt;
  return encoded_text(found);
}

std::optional<Number> Item::find_number(std::string_view name) const {
  const std::string_view found = find_encoded(name);
  if (found.empty() || encoded_type(found) != Type::N) return std::nullopt;
  return encoded_number(found);
}

std::optional<bool> Item::find_bool(std::string_view name) const {
  const std::string_view found = find_encoded(name);
  if (found.empty() || encoded_type(found) != Type::Bool) return std::nullopt;
  return found[1] != 0;
}

std::optional<Type> Item::find_type(std::string_view name) const {
  const std::string_view found = find_encoded(name);
  if (found.empty()) return std::nullopt;
  return encoded_type(found);
}

Item Item::with(std::string_view name, const AttributeValue& value) const {
  const std::string_view all = bytes();
  const Place place = find_place(all, name);
  std::string encoded;
  const std::uint32_t value_size = append_encoded(encoded, value);
  if (place.value == encoded) return *this;

  const std::size_t inserted = length_bytes(name.size()) + name.size() + encoded.size();
  SharedBytes buffer = SharedBytes::allocate(static_cast<std::uint32_t>(all.size() - (place.end - place.begin) + inserted));
  char* out = std::copy_n(all.data(), place.begin, buffer.writable());
  out = write_length(out, name.size());
  out = std::copy(name.begin(), name.end(), out);
  out = std::copy(encoded.begin(), encoded.end(), out);
  std::copy(all.data() + place.end, all.data() + all.size(), out);
  const bool was_there = !place.value.empty();
  const std::uint32_t name_size = was_there ? 0 : static_cast<std::uint32_t>(name.size());
  const std::uint32_t lost = was_there ? encoded_size_bytes(place.value) : 0;
  buffer.set_note(size_bytes() + name_size + value_size - lost);
  buffer.set_hash(hash64(buffer.bytes()));
  return Item(std::move(buffer));
}

Item Item::without(std::string_view name) const {
  const std::string_view all = bytes();
  const Place place = find_place(all, name);
  if (place.value.empty()) return *this;
  if (place.begin == 0 && place.end == all.size()) return Item();
  SharedBytes buffer = SharedBytes::allocate(static_cast<std::uint32_t>(all.size() - (place.end - place.begin)));
  char* const out = std::copy_n(all.data(), place.begin, buffer.writable());
  std::copy(all.data() + place.end, all.data() + all.size(), out);
  buffer.set_note(size_bytes() - static_cast<std::uint32_t>(name.size()) - encoded_size_bytes(place.value));
  buffer.set_hash(hash64(buffer.bytes()));
  return Item(std::move(buffer));
}

Item Item::project(std::span<const std::string_view> names) const {
  ItemBuilder builder;
  bool all = true;
  each([&](std::string_view name, std::string_view value) {
    if (std::find(names.begin(), names.end(), name) != names.end())
      builder.encoded(name, value);
    else
      all = false;
  });
  return all ? *this : builder.finish();
}

Item Item::project(const std::vector<std::string>& names) const {
  const std::vector<std::string_view> views(names.begin(), names.end());
  return project(std::span(views));
}

// --- ItemBuilder ---

void ItemBuilder::grow_bytes(std::size_t room) {
  std::vector<char> larger(std::max(bytes_room_ * 2, used_ + room));
  std::copy_n(bytes_, used_, larger.data());
  spilled_bytes_ = std::move(larger);
  bytes_ = spilled_bytes_.data();
  bytes_room_ = spilled_bytes_.size();
}

void ItemBuilder::grow_slices() {
  std::vector<Slice> larger(slices_room_ * 2);
  std::copy_n(slices_, count_, larger.data());
  spilled_slices_ = std::move(larger);
  slices_ = spilled_slices_.data();
  slices_room_ = spilled_slices_.size();
}

char* ItemBuilder::open(std::string_view name, std::size_t value_room, std::uint32_t size) {
  const std::size_t room = max_length_bytes + name.size() + value_room;
  if (bytes_room_ - used_ < room) grow_bytes(room);
  if (count_ == slices_room_) grow_slices();
  char* const begin = bytes_ + used_;
  char* const name_begin = write_length(begin, name.size());
  char* const name_end = copy_bytes(name, name_begin);
  const auto place = [this](const char* at) { return static_cast<std::uint32_t>(at - bytes_); };
  slices_[count_] = {place(begin), place(name_begin), place(name_end), 0, static_cast<std::uint32_t>(name.size()) + size};
  if (sorted_ && count_ > 0 && name_of(slices_[count_ - 1]) >= name) sorted_ = false;
  return name_end;
}

void ItemBuilder::close(const char* end) {
  used_ = static_cast<std::size_t>(end - bytes_);
  slices_[count_++].end = static_cast<std::uint32_t>(used_);
}

ItemBuilder& ItemBuilder::text(Type type, std::string_view name, std::string_view bytes) {
  char* out = open(name, 1 + max_length_bytes + bytes.size(), static_cast<std::uint32_t>(bytes.size()));
  *out++ = static_cast<char>(type);
  close(copy_bytes(bytes, write_length(out, bytes.size())));
  return *this;
}

ItemBuilder& ItemBuilder::string(std::string_view name, std::string_view text_value) { return text(Type::S, name, text_value); }
ItemBuilder& ItemBuilder::binary(std::string_view name, std::string_view bytes) { return text(Type::B, name, bytes); }

ItemBuilder& ItemBuilder::number(std::string_view name, const Number& number) {
  char* out = open(name, 1 + Number::max_packed, number.size_bytes());
  *out++ = static_cast<char>(Type::N);
  close(out + number.pack(out));
  return *this;
}

ItemBuilder& ItemBuilder::value(std::string_view name, const AttributeValue& value) {
  if (const std::string* const held = value.as_string()) return string(name, *held);
  if (const Number* const held = value.as_number()) return number(name, *held);
  std::string bytes;
  append_encoded(bytes, value);
  return encoded(name, bytes);
}

ItemBuilder& ItemBuilder::encoded(std::string_view name, std::string_view encoded_value) {
  char* const out = open(name, encoded_value.size(), encoded_size_bytes(encoded_value));
  close(copy_bytes(encoded_value, out));
  return *this;
}

void ItemBuilder::sort_and_drop_repeats() {
  const auto before = [this](const Slice& a, const Slice& b) { return name_of(a) < name_of(b); };
  if (count_ > inline_slices) {
    std::stable_sort(slices_, slices_ + count_, before);
  } else {  // insertion, stable too: a sort that takes memory costs more than all else here
    for (std::size_t i = 1; i < count_; ++i) {
      const Slice moved = slices_[i];
      std::size_t to = i;
      for (; to > 0 && before(moved, slices_[to - 1]); --to) slices_[to] = slices_[to - 1];
      slices_[to] = moved;
    }
  }
  std::size_t kept = 0;
  for (std::size_t i = 0; i < count_; ++i) {
    if (i + 1 < count_ && name_of(slices_[i]) == name_of(slices_[i + 1])) continue;
    slices_[kept++] = slices_[i];
  }
  count_ = kept;
}

Item ItemBuilder::finish() {
  if (count_ == 0) return Item();
  std::uint32_t length = 0, size = 0;
  if (!sorted_) sort_and_drop_repeats();
  for (std::size_t i = 0; i < count_; ++i) length += slices_[i].end - slices_[i].begin, size += slices_[i].size;
  SharedBytes buffer = SharedBytes::allocate(length);
  if (sorted_) {
    std::memcpy(buffer.writable(), bytes_, length);
  } else {
    char* out = buffer.writable();
    for (const Slice* slice = slices_; slice != slices_ + count_; ++slice)
      out = copy_bytes({bytes_ + slice->begin, slice->end - slice->begin}, out);
  }
  buffer.set_note(size);
  buffer.set_hash(hash64(buffer.bytes()));
  used_ = count_ = 0;
  sorted_ = true;
  return Item(std::move(buffer));
}

}  // namespace weir
