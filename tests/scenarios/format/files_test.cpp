#include "tests/catch.hpp"

#include <unistd.h>

#include <filesystem>

#include "scenarios/format/files.hpp"
#include "sim/base/bad_input.hpp"

using namespace weir;
namespace fs = std::filesystem;

namespace {
struct Folder {
  fs::path path = fs::temp_directory_path() / ("weir-files-test-" + std::to_string(getpid()));
  Folder() { fs::create_directories(path); }
  ~Folder() { fs::remove_all(path); }
  std::string file(const char* name) const { return (path / name).string(); }
};
}  // namespace

TEST_CASE("a file is written whole, in folders that are made for it, and leaves nothing beside it") {
  const Folder folder;
  const std::string path = folder.file("out/failures/x.json");
  write_file_atomically(path, std::string("one\0two", 7));
  CHECK(read_file(path) == std::string("one\0two", 7));
  write_file_atomically(path, "");
  CHECK(read_file(path).empty());
  const auto entries = std::distance(fs::directory_iterator(folder.path / "out/failures"), fs::directory_iterator());
  CHECK(entries == 1);
}

TEST_CASE("a file without a folder in its name is written where we are") {
  const Folder folder;
  const fs::path before = fs::current_path();
  fs::current_path(folder.path);
  CHECK_NOTHROW(write_file_atomically("bare", "x"));
  fs::current_path(before);
  CHECK(read_file(folder.file("bare")) == "x");
}

TEST_CASE("files that cannot be read or written are a person's mistake", "[bad_input]") {
  const Folder folder;
  CHECK_THROWS_WITH(read_file(folder.file("none")), folder.file("none") + ": no such file; the path of a file");
  CHECK_THROWS_WITH(read_file(folder.path.string()), folder.path.string() + ": a folder; the path of a file");
  write_file_atomically(folder.file("plain"), "x");
  CHECK_THROWS_AS(write_file_atomically(folder.file("plain/below"), "x"), BadInput);
  CHECK_THROWS_AS(write_file_atomically(folder.path.string(), "x"), BadInput);
  CHECK(read_file(folder.file("plain")) == "x");
}
