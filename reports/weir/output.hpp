// What a command writes beside its report where it is asked to: --jsonl FILE, --junit FILE, --page FILE.
//
//   FILE    a path, or standard output: "-", /dev/stdout. The printed report then goes to standard error, so that what reads
//           standard output reads one thing
//   errors  BadInput: --json or another of these wants standard output as well, or the place takes not all of it
#pragma once

#include <string>
#include <string_view>

#include "reports/weir/command.hpp"

namespace weir {

class Output {
 public:
  Output(const Arguments& arguments, std::string_view option);
  bool is_wanted() const { return !place_.empty(); }
  void write(std::string_view text) const;  // nothing where it is not wanted

 private:
  std::string place_;
  bool is_standard_output_ = false;
};

}  // namespace weir
