# Compiler settings of our own targets; libraries of others never get them.
option(PENSTOCK_SANITIZE "Sanitizers of our targets, e.g. address,undefined" "")
option(PENSTOCK_FUZZ "Build tests/fuzz; needs clang" OFF)

find_program(CCACHE ccache)
if(CCACHE)
  # One cache for every clone on a machine, wherever it lies.
  set(CMAKE_CXX_COMPILER_LAUNCHER
    ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${CCACHE})
endif()

add_library(penstock_settings INTERFACE)
target_include_directories(penstock_settings INTERFACE ${CMAKE_SOURCE_DIR}/src ${CMAKE_SOURCE_DIR})
target_compile_options(penstock_settings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Wnull-dereference -Werror
  # A designated initialiser leaves the members it does not name to their defaults on purpose.
  -Wno-missing-field-initializers)
target_compile_definitions(penstock_settings INTERFACE SPDLOG_COMPILED_LIB SPDLOG_FMT_EXTERNAL)

# Optimising, g++ 12 reports the same falsely in <streambuf> and nlohmann's JSON.
target_compile_options(penstock_settings INTERFACE
  $<$<CONFIG:Release>:-Wno-maybe-uninitialized> $<$<CONFIG:Release>:-Wno-null-dereference>)

if(PENSTOCK_SANITIZE)
  target_compile_options(penstock_settings INTERFACE -fsanitize=${PENSTOCK_SANITIZE} -fno-omit-frame-pointer)
  # g++ 12 reports false "maybe uninitialized" and "null dereference" once sanitizers instrument the code.
  target_compile_options(penstock_settings INTERFACE
    $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized> $<$<CXX_COMPILER_ID:GNU>:-Wno-null-dereference>)
  target_link_options(penstock_settings INTERFACE -fsanitize=${PENSTOCK_SANITIZE})
endif()
