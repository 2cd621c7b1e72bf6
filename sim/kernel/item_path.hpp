// An item as a part of a choice's key: "item P", with "sort S" after it where its key has a sort key.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sim/data/key.hpp"
#include "sim/plan/key.hpp"

namespace weir {

// Owns the texts, which a Key only borrows, or borrows them itself from the item's key, which must outlive it.
class ItemPath {
 public:
  explicit ItemPath(const ItemKey& key) {
    if (const std::optional<std::string_view> plain = key.plain_text()) {
      partition_ = *plain;
      return;
    }
    text_ = key.to_text();
    const std::string_view all = text_;
    const std::size_t split = key.has_sort() ? all.find(" / ") : all.npos;  // to_text escapes a '/' beside a space inside
    partition_ = all.substr(0, split);
    if (split != all.npos) sort_ = all.substr(split + 3);
  }
  ItemPath(const ItemPath&) = delete;
  ItemPath& operator=(const ItemPath&) = delete;

  Key& add_to(Key& path) const {
    path.add("item", partition_);
    if (sort_) path.add("sort", *sort_);
    return path;
  }

 private:
  std::string text_;
  std::string_view partition_;
  std::optional<std::string_view> sort_;
};

}  // namespace weir
