// system_clock would be wrong here
auto now() { return std::chrono::system_clock::now(); }
