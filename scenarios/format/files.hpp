// Whole files, read and written at once.
#pragma once

#include <string>
#include <string_view>

namespace weir {

// BadInput when there is no such file, it is a folder, cannot be read, or holds more than 256 MB.
std::string read_file(const std::string& path);

// Writes beside the file, then renames: a reader, or whoever interrupts us, finds the old file or the new one. Makes missing
// folders. BadInput when the place cannot be written.
//
//   a symbolic link      is followed: what it leads to is written, the link stays
//   what is no file      (a device, a FIFO, a socket, /dev/stdout, /dev/fd/3) is opened and written as it is, never replaced
void write_file_atomically(const std::string& path, std::string_view content);

}  // namespace weir
