# The house rules as code: standard, warnings, sanitizers, and how a room and its tests are declared.

option(WEIR_TESTS "Build the test suite" ${PROJECT_IS_TOP_LEVEL})
option(WEIR_WERROR "Treat warnings as errors" ${PROJECT_IS_TOP_LEVEL})
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
function(weir_room name)
  cmake_parse_arguments(room "" "" "SOURCES;HEADERS;LINKS;PRIVATE" ${ARGN})
  add_library(${name} STATIC ${room_SOURCES})
  add_library(Weir::${name} ALIAS ${name})
  target_sources(${name} PUBLIC FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR} FILES ${room_HEADERS})
  target_compile_features(${name} PUBLIC cxx_std_20)
  target_link_libraries(${name} PUBLIC ${room_LINKS} PRIVATE $<BUILD_INTERFACE:weir_house> ${room_PRIVATE})
  set_property(GLOBAL APPEND PROPERTY WEIR_ROOMS ${name})
endfunction()

# weir_tests(NAME SOURCES a_test.cpp ... LINKS sim_base ...)
# One Catch2 program for one room; tests/catch.hpp is precompiled.
function(weir_tests name)
  cmake_parse_arguments(test "" "" "SOURCES;LINKS" ${ARGN})
  add_executable(${name} ${test_SOURCES})
  target_link_libraries(${name} PRIVATE ${test_LINKS} weir_test_main weir_house)
  target_precompile_headers(${name} REUSE_FROM weir_test_main)
  add_test(NAME ${name} COMMAND ${name} --use-colour no WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
endfunction()
