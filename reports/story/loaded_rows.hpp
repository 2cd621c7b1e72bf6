// What became of the rows of a scenario's loads. A row whose client tries again counts once, by its last try, and as written
// when any of its tries wrote it, heard of or not.                                                    [WIRE-6] [OP-6]
#pragma once

#include <cstdint>
#include <string>

#include "sim/trace/trace.hpp"

namespace weir {

struct LoadedRows {
  std::uint64_t written = 0, refused = 0;  // others have not come, or wait for their next try
  std::string last;                        // why the last refused one was
};

LoadedRows loaded_rows(const std::vector<Fact>& trace);

}  // namespace weir
