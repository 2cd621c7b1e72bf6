#include "scenarios/format/files.hpp"

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

[[noreturn]] void cannot_write(const std::string& path, const std::string& why) {
  throw BadInput(path, "cannot be written: " + why, "a file in a folder that can be written to");
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
  if (fs::is_directory(path, error)) cannot_write(path, "it is a folder");
  const fs::path folder = fs::path(path).parent_path();
  error.clear();  // that there is no such file yet is no error
  if (!folder.empty()) fs::create_directories(folder, error);
  if (error) cannot_write(path, error.message());
  const std::string partial = path + ".partial-" + std::to_string(getpid());
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
  fs::rename(partial, path, error);
  if (!error) return;
  std::remove(partial.c_str());
  cannot_write(path, error.message());
}

}  // namespace weir
