#include "sim/base/check.hpp"

#include <cstring>

namespace weir {

void report_bug(const char* condition, const char* why, const char* file, int line) {
  const char* slash = std::strrchr(file, '/');
  throw Bug(std::string("bug in the simulator: ") + why + " (" + condition + ") at " + (slash ? slash + 1 : file) + ":" +
            std::to_string(line));
}

}  // namespace weir
