// The built program, run in a folder of its own, as a test sees it: words in; output, errors and exit code out.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace weir::test {

struct Ended {
  int code = -1;   // of exit
  int signal = 0;  // that ended it; 0: none
  std::string out, err;
  nlohmann::json json() const { return nlohmann::json::parse(out); }
};

// A folder that is gone with the test; programs run in it.
class Folder {
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  Ended run(const std::vector<std::string>& words) const;
  // Standard output is a pipe whose reader goes after `bytes`.
  Ended run_with_reader_gone_after(std::size_t bytes, const std::vector<std::string>& words) const;

  pid_t start(const std::vector<std::string>& words) const;
  Ended wait(pid_t pid) const;

  std::string read(const std::string& name) const;
  void write(const std::string& name, const std::string& content) const;
  bool has(const std::string& name) const { return std::filesystem::exists(path_ / name); }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace weir::test
