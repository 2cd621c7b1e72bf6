#include "scenarios/format/files.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "sim/base/bad_input.hpp"

namespace weir {

namespace {
namespace fs = std::filesystem;
constexpr std::uintmax_t most_bytes = 256U << 20U;
constexpr int most_links = 40;  // one behind the other: as many as Linux follows

[[noreturn]] void cannot_write(const std::string& path, const std::string& why) {
  throw BadInput(path, "cannot be written: " + why, "a file in a folder that can be written to");
}

// /dev/stdout, /dev/fd/3 and their like: links that lead to what is open, not to what has a name.
bool is_descriptor(const fs::path& path) {
  std::error_code error;
  return fs::canonical(path.parent_path(), error).string().starts_with("/proc/");
}

// The place that a path's symbolic links lead to, whether or not something is there yet.
fs::path behind_links(const std::string& path) {
  std::error_code error;
  fs::path at = path;
  for (int hops = 0; fs::is_symlink(fs::symlink_status(at, error)) && !is_descriptor(at); ++hops) {
    if (hops == most_links) cannot_write(path, std::strerror(ELOOP));
    at = at.parent_path() / fs::read_symlink(at, error);
    if (error) cannot_write(path, error.message());
  }
  return at;
}

// An open descriptor of our own is taken as it is: its place in a file is shared with whoever else writes there.
int open_straight(const fs::path& path) {
  std::error_code error;
  const std::string number = path.filename().string();
  const bool numbered = !number.empty() && number.size() < 9 && number.find_first_not_of("0123456789") == std::string::npos;
  if (numbered && fs::equivalent(path.parent_path(), "/proc/self/fd", error)) return dup(std::stoi(number));
  return open(path.c_str(), O_WRONLY | O_NOCTTY | O_CLOEXEC);
}

void write_straight(const std::string& told, const fs::path& path, std::string_view content) {
  const int descriptor = open_straight(path);
  int error = descriptor < 0 ? errno : 0;
  while (error == 0 && !content.empty()) {
    const ssize_t taken = write(descriptor, content.data(), content.size());
    if (taken >= 0)
      content.remove_prefix(static_cast<std::size_t>(taken));
    else if (errno != EINTR)
      error = errno;
  }
  if (descriptor >= 0 && close(descriptor) != 0 && error == 0) error = errno;
  if (error != 0)
    throw BadInput(told, std::string("cannot be written: ") + std::strerror(error), "a place that takes all of it");
}
}  // namespace

std::string read_file(const std::string& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (!fs::exists(status)) throw BadInput(path, "no such file", "the path of a file");
  if (fs::is_directory(status)) throw BadInput(path, "a folder", "the path of a file");
  std::ifstream in(path, std::ios::binary);
  if (!in) throw BadInput(path, std::string("cannot be read: ") + std::strerror(errno), "a file that can be read");
  std::string content;
  std::string block(1U << 16U, '\0');
  while (in.read(block.data(), static_cast<std::streamsize>(block.size())) || in.gcount() > 0) {
    content.append(block, 0, static_cast<std::size_t>(in.gcount()));
    if (content.size() > most_bytes) throw BadInput(path, "more than 256 MB", "a smaller file");
  }
  if (in.bad()) throw BadInput(path, "reading it failed", "a file that can be read");
  return content;
}

void write_file_atomically(const std::string& path, std::string_view content) {
  std::error_code error;
  const fs::path place = behind_links(path);
  const fs::file_status status = fs::status(place, error);
  if (fs::is_directory(status)) cannot_write(path, "it is a folder");
  if (is_descriptor(place) || (fs::exists(status) && !fs::is_regular_file(status))) return write_straight(path, place, content);
  const fs::path folder = place.parent_path();
  error.clear();  // that there is no such file yet is no error
  if (!folder.empty()) fs::create_directories(folder, error);
  if (error) cannot_write(path, error.message());
  const std::string partial = place.string() + ".partial-" + std::to_string(getpid());
  {
    std::ofstream out(partial, std::ios::binary | std::ios::trunc);
    out.write(content.data(), static_cast<std::streamsize>(content.size()));
    out.close();
    if (!out) {
      const std::string why = std::strerror(errno);
      std::remove(partial.c_str());
      cannot_write(path, why);
    }
  }
  fs::rename(partial, place, error);
  if (!error) return;
  std::remove(partial.c_str());
  cannot_write(path, error.message());
}

}  // namespace weir
