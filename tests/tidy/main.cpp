// weir_tidy ROOT: prints each objection as file:line: what; ends with 1 when there is one.
#include <exception>
#include <filesystem>
#include <iostream>

#include "tests/tidy/tidy.hpp"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "weir_tidy ROOT\n";
    return 3;
  }
  try {
    const std::filesystem::path root = argv[1];
    const auto objections = weir::tidy::check_tree(root, weir::tidy::read_lists(root / "tests/tidy"));
    for (const auto& objection : objections) std::cout << to_text(objection) << '\n';
    std::cout << objections.size() << " objections\n";
    return objections.empty() ? 0 : 1;
  } catch (const std::exception& e) {
    std::cerr << e.what() << '\n';
    return 4;
  }
}
