# Everything here is a Debian 12 package; README's table of dependencies says what each is for.
find_package(nlohmann_json 3.11 REQUIRED)
find_package(fmt REQUIRED)
find_package(Boost 1.74 REQUIRED COMPONENTS context)
find_package(SQLite3 REQUIRED)
find_package(CLI11 REQUIRED)
find_package(Threads REQUIRED)
find_package(ZLIB REQUIRED)

find_path(XXHASH_INCLUDE_DIR xxhash.h REQUIRED)
add_library(weir_xxhash INTERFACE IMPORTED GLOBAL)
target_include_directories(weir_xxhash INTERFACE ${XXHASH_INCLUDE_DIR})
