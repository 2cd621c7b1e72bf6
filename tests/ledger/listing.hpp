// What a Catch2 program answers to --list-tests: its tests with their tags. Versions 2.13 and 3 print alike.
//
//   shape    a name behind two blanks, its tags behind six; what is too long goes on behind four and six
//   broken   a name is broken at a blank, or behind a hyphen and its like, which keep no blank; tags at their brackets or
//   anywhere
//            inside. So a name may come back with a blank too few or too many beside a hyphen, the same each time
//   runs     a test that is hidden, or may fail and be called passed, runs for nobody's sake: `runs` is false
#pragma once

#include <string>
#include <vector>

namespace weir::test {

struct ListedTest {
  std::string name;
  std::vector<std::string> tags;  // without brackets
  bool runs = true;
  friend bool operator==(const ListedTest&, const ListedTest&) = default;
};

std::vector<ListedTest> read_listing(const std::string& text);

}  // namespace weir::test
