// Holds a tree against the house rules that a compiler does not know.
//
//   floors        a room includes itself and lower rooms only; each source folder has a floor           floors.txt
//   headers       #pragma once; no heavy or foreign header handed on; own header first in a source      floors.txt
//   determinism   no clock, no library's chance, no unordered order, no floating point, where scenes    banned.txt
//                 are played; a line may ask with `// tidy: allowed because <reason>`, a file in        permissions.txt
//   rules         an ID in [square brackets] is one that the lists know                                 rule_ids.txt
//   names, size   sources are snake_case.hpp or .cpp, never past 500 lines
//   types         a type's name stands for one type in its namespace, whichever file is included
//   words         some stand nowhere                                                                    words.txt
// Looks at files as they lie in the tree, not at what version control knows; build and output folders are left out.
#pragma once

#include <filesystem>
#include <vector>

#include "tests/tidy/lists.hpp"

namespace weir::tidy {

// All objections, ordered by file and line.
std::vector<Objection> check_tree(const std::filesystem::path& root, const Lists& lists);

}  // namespace weir::tidy
