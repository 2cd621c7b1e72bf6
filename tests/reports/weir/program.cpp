#include "tests/reports/weir/program.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace weir::test {

namespace {

[[noreturn]] void become_weir(const std::filesystem::path& folder, const std::vector<std::string>& words) {
  std::vector<std::string> all{"weir"};
  all.insert(all.end(), words.begin(), words.end());
  std::vector<char*> pointers;
  for (std::string& word : all) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  if (chdir(folder.c_str()) == 0) execv(WEIR_PROGRAM, pointers.data());
  _exit(127);
}

void lead_to_file(int descriptor, const std::filesystem::path& path) {
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
  dup2(file, descriptor);
  close(file);
}

}  // namespace

Folder::Folder() {
  std::string form = (std::filesystem::temp_directory_path() / "weir-test-XXXXXX").string();
  if (!mkdtemp(form.data())) throw std::runtime_error("no folder for a test");
  path_ = form;
}

Folder::~Folder() {
  std::error_code error;
  std::filesystem::remove_all(path_, error);
}

pid_t Folder::start(const std::vector<std::string>& words) const {
  const pid_t pid = fork();
  if (pid == 0) {
    lead_to_file(STDOUT_FILENO, path_ / ".stdout");
    lead_to_file(STDERR_FILENO, path_ / ".stderr");
    become_weir(path_, words);
  }
  return pid;
}

Ended Folder::wait(pid_t pid) const {
  int status = 0;
  waitpid(pid, &status, 0);
  Ended ended;
  if (WIFEXITED(status)) ended.code = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) ended.signal = WTERMSIG(status);
  ended.out = read(".stdout");
  ended.err = read(".stderr");
  return ended;
}

Ended Folder::run(const std::vector<std::string>& words) const { return wait(start(words)); }

Ended Folder::run_with_reader_gone_after(std::size_t bytes, const std::vector<std::string>& words) const {
  std::array<int, 2> ends{};
  if (pipe(ends.data()) != 0) throw std::runtime_error("no pipe for a test");
  const pid_t pid = fork();
  if (pid == 0) {
    dup2(ends[1], STDOUT_FILENO);
    close(ends[0]);
    close(ends[1]);
    lead_to_file(STDERR_FILENO, path_ / ".stderr");
    become_weir(path_, words);
  }
  close(ends[1]);
  std::string taken(bytes, '\0');
  if (bytes > 0) taken.resize(static_cast<std::size_t>(std::max<ssize_t>(0, ::read(ends[0], taken.data(), bytes))));
  close(ends[0]);
  Ended ended = wait(pid);
  ended.out = taken;
  return ended;
}

std::string Folder::read(const std::string& name) const {
  std::ifstream in(path_ / name, std::ios::binary);
  std::ostringstream content;
  content << in.rdbuf();
  return content.str();
}

void Folder::write(const std::string& name, const std::string& content) const {
  std::filesystem::create_directories((path_ / name).parent_path());
  std::ofstream(path_ / name, std::ios::binary) << content;
}

}  // namespace weir::test
