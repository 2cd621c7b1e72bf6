// Writing down what was found. What goes wrong with it must not keep anybody from being told what that was: the first trouble
// is remembered for the end, and nothing is written after it.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>

#include "sim/base/bad_input.hpp"

namespace weir {

class Keeping {
 public:
  template <class Write>
  void operator()(const Write& write) {
    if (trouble_) return;
    try {
      write();
    } catch (const BadInput& bad) {
      trouble_ = bad;
    }
  }
  const std::optional<BadInput>& trouble() const { return trouble_; }

 private:
  std::optional<BadInput> trouble_;
};

// The member "error" of a document.
nlohmann::ordered_json error_json(const BadInput& bad);

}  // namespace weir
