#include "tests/catch.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <thread>

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

TEST_CASE("a symbolic link is followed: what it leads to is written, the link stays") {
  const Folder folder;
  write_file_atomically(folder.file("far/real"), "old");
  fs::create_symlink("far/real", folder.file("near"));
  fs::create_symlink(folder.file("near"), folder.file("nearer"));
  write_file_atomically(folder.file("nearer"), "new");
  CHECK(read_file(folder.file("far/real")) == "new");
  CHECK(fs::is_symlink(folder.file("near")));
  CHECK(fs::is_symlink(folder.file("nearer")));

  fs::create_symlink("made/later", folder.file("ahead"));  // a link to nothing yet says where the file will be
  write_file_atomically(folder.file("ahead"), "x");
  CHECK(fs::is_symlink(folder.file("ahead")));
  CHECK(read_file(folder.file("made/later")) == "x");

  fs::create_symlink("round", folder.file("round"));
  CHECK_THROWS_WITH(write_file_atomically(folder.file("round"), "x"),
                    folder.file("round") +
                        ": cannot be written: Too many levels of symbolic links; a file in a folder that can be written to");
}

TEST_CASE("a FIFO is written straight and stays a FIFO") {
  const Folder folder;
  const std::string path = folder.file("pipe");
  REQUIRE(mkfifo(path.c_str(), 0600) == 0);
  fs::create_symlink("pipe", folder.file("link"));
  const std::string much(300'000, 'x');  // more than a pipe holds
  std::string taken;
  std::thread reader([&] { taken = read_file(path); });
  write_file_atomically(folder.file("link"), much);
  reader.join();
  CHECK(taken == much);
  CHECK(fs::is_fifo(path));
  CHECK(fs::is_symlink(folder.file("link")));
}

TEST_CASE("a descriptor is written where it stands, whatever is open there") {
  const Folder folder;
  const int file = open(folder.file("log").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  REQUIRE(write(file, "one ", 4) == 4);
  write_file_atomically("/dev/fd/" + std::to_string(file), "two ");
  write_file_atomically("/proc/self/fd/" + std::to_string(file), "three");
  close(file);
  CHECK(read_file(folder.file("log")) == "one two three");
  CHECK_THROWS_WITH(
      write_file_atomically("/dev/fd/" + std::to_string(file), "x"),
      "/dev/fd/" + std::to_string(file) + ": cannot be written: Bad file descriptor; a place that takes all of it");
}

TEST_CASE("what is no file and takes nothing is told, and left as it is", "[bad_input]") {
  const Folder folder;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, folder.file("socket").c_str(), sizeof address.sun_path - 1);
  const int door = socket(AF_UNIX, SOCK_STREAM, 0);
  REQUIRE(bind(door, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  CHECK_THROWS_WITH(write_file_atomically(folder.file("socket"), "x"),
                    folder.file("socket") + ": cannot be written: No such device or address; a place that takes all of it");
  close(door);
  CHECK(fs::is_socket(folder.file("socket")));

  std::signal(SIGPIPE, SIG_IGN);  // as the program does
  std::array<int, 2> ends{};
  REQUIRE(pipe(ends.data()) == 0);
  close(ends[0]);
  const std::string name = "/dev/fd/" + std::to_string(ends[1]);
  CHECK_THROWS_WITH(write_file_atomically(name, "x"), name + ": cannot be written: Broken pipe; a place that takes all of it");
  close(ends[1]);
  std::signal(SIGPIPE, SIG_DFL);
}
