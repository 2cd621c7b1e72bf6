// An item as a part of a choice's key: "item P", with "sort S" after it where its key has a sort key.
#pragma once

#include <string>
#include <string_view>

#include "sim/data/key.hpp"
#include "sim/plan/key.hpp"

namespace weir {

// Owns the texts, which a Key only borrows.
class ItemPath {
 public:
  explicit ItemPath(const ItemKey& key) : text_(key.to_text()) {
    if (key.has_sort()) split_ = text_.find(" / ");  // to_text escapes a '/' beside a space inside the parts
  }
  Key& add_to(Key& path) const {
    const std::string_view all = text_;
    path.add("item", all.substr(0, split_));
    if (split_ != std::string::npos) path.add("sort", all.substr(split_ + 3));
    return path;
  }

 private:
  std::string text_;
  std::size_t split_ = std::string::npos;
};

}  // namespace weir
