# The house rules as code: standard, warnings, sanitizers, and how a room and its tests are declared.

option(WEIR_TESTS "Build the test suite" ${PROJECT_IS_TOP_LEVEL})
option(WEIR_WERROR "Treat warnings as errors" ${PROJECT_IS_TOP_LEVEL})
option(WEIR_INSTALL "Make cmake --install and find_package(Weir) work" ${PROJECT_IS_TOP_LEVEL})
option(WEIR_FUZZ "Build the fuzz targets (clang++ only)" OFF)
set(WEIR_SANITIZE "" CACHE STRING "Sanitizers to build with, e.g. address,undefined")

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Build type" FORCE)
endif()
# Release keeps SIM_CHECK (it is no assert) and never uses options that change arithmetic.
set(CMAKE_CXX_FLAGS_RELEASE "-O2")

add_library(weir_house INTERFACE)
target_compile_options(weir_house INTERFACE -Wall -Wextra -Wshadow -Wnon-virtual-dtor -Wold-style-cast -Woverloaded-virtual
                                            -Wnull-dereference -Wno-missing-field-initializers)
if(WEIR_WERROR)
  target_compile_options(weir_house INTERFACE -Werror)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 reports false positives of these inside the standard library's own inlined code.
  target_compile_options(weir_house INTERFACE -Wno-null-dereference -Wno-maybe-uninitialized -Wno-restrict -Wno-array-bounds
                                              -Wno-stringop-overflow -Wno-dangling-pointer)
endif()
if(WEIR_SANITIZE)
  add_compile_options(-fsanitize=${WEIR_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${WEIR_SANITIZE})
endif()

# weir_room(NAME SOURCES a.cpp ... HEADERS a.hpp ... LINKS sim_base ... PRIVATE nlohmann_json::nlohmann_json ...)
# Declares the static library NAME (alias Weir::NAME) from files of the current folder. Includes start at the project's root.
# PRIVATE names what no header shows. Of these, an installed room still needs the compiled ones when a program is linked; the
# header-only ones end with the build, so that whoever uses the package need not have them.
set(WEIR_HEADER_ONLY nlohmann_json::nlohmann_json weir_xxhash CLI11::CLI11 Boost::headers Boost::boost)
function(weir_room name)
  cmake_parse_arguments(room "" "" "SOURCES;HEADERS;LINKS;PRIVATE" ${ARGN})
  add_library(${name} STATIC ${room_SOURCES})
  add_library(Weir::${name} ALIAS ${name})
  target_sources(${name} PUBLIC FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR} FILES ${room_HEADERS})
  target_compile_features(${name} PUBLIC cxx_std_20)
  target_link_libraries(${name} PUBLIC ${room_LINKS} PRIVATE $<BUILD_INTERFACE:weir_house>)
  foreach(link IN LISTS room_PRIVATE)
    string(REGEX REPLACE "^\\$<BUILD_INTERFACE:(.*)>$" "\\1" link "${link}")
    if(link IN_LIST WEIR_HEADER_ONLY)
      set(link $<BUILD_INTERFACE:${link}>)
    endif()
    target_link_libraries(${name} PRIVATE ${link})
  endforeach()
  set_property(GLOBAL APPEND PROPERTY WEIR_ROOMS ${name})
endfunction()

# weir_tests(NAME SOURCES a_test.cpp ... LINKS sim_base ...)
# One Catch2 program for one room; tests/catch.hpp is precompiled. All of them together are the property WEIR_TEST_PROGRAMS.
function(weir_tests name)
  cmake_parse_arguments(test "" "" "SOURCES;LINKS" ${ARGN})
  add_executable(${name} ${test_SOURCES})
  target_link_libraries(${name} PRIVATE ${test_LINKS} weir_test_main weir_house)
  target_precompile_headers(${name} REUSE_FROM weir_test_main)
  add_test(NAME ${name} COMMAND ${name} --use-colour no WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
  set_property(GLOBAL APPEND PROPERTY WEIR_TEST_PROGRAMS ${name})
endfunction()
