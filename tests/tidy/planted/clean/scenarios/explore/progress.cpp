#include "scenarios/explore/progress.hpp"

#include <nlohmann/json.hpp>

#include "sim/base/hash.hpp"

// The rate is for a person's eyes; std::hash and "rand()" are only spoken of. [STREAM-3] [FM-01, O-ORDER]
auto now() { return std::chrono::steady_clock::now(); }
double rate = 0;  // tidy: allowed because it is printed and decides nothing
int third(const int* rows, int N) { return rows[N-1]; }
