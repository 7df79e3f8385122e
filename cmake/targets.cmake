# trading_library(NAME [LINK lib...] [PRIVATE lib...]): the sources of the current folder (and below) as one static target.
# Sources are found by glob so that adding a file is adding a file; tests/tidy checks what may include what.
function(trading_library name)
  cmake_parse_arguments(ARG "" "" "LINK;PRIVATE;SOURCES" ${ARGN})
  if(ARG_SOURCES)
    set(sources ${ARG_SOURCES})
  else()
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  endif()
  add_library(${name} STATIC ${sources})
  target_link_libraries(${name} PUBLIC project_options ${ARG_LINK} PRIVATE ${ARG_PRIVATE})
endfunction()

# trading_program(NAME SOURCES... [LINK lib...]): one of the programs, in build/bin.
function(trading_program name)
  cmake_parse_arguments(ARG "" "" "LINK;SOURCES" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  if(TRADING_MCP_SANITIZE MATCHES address)
    target_sources(${name} PRIVATE ${PROJECT_SOURCE_DIR}/cmake/no_leak_check.cpp)
  endif()
  target_link_libraries(${name} PRIVATE project_options ${ARG_LINK})
  set_target_properties(${name} PROPERTIES POSITION_INDEPENDENT_CODE ON)
  target_link_options(${name} PRIVATE -pie)
  target_compile_definitions(${name} PRIVATE TRADING_MCP_VERSION="${PROJECT_VERSION}")
endfunction()

# trading_test(NAME [LINK lib...]): every *_test.cpp of the current folder (not below) in one GoogleTest binary.
function(trading_test name)
  cmake_parse_arguments(ARG "" "" "LINK;SOURCES" ${ARGN})
  if(ARG_SOURCES)
    set(sources ${ARG_SOURCES})
  else()
    file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*_test.cpp)
  endif()
  add_executable(${name} ${sources})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  target_link_libraries(${name} PRIVATE project_options ${ARG_LINK} GTest::gtest GTest::gmock GTest::gtest_main)
  target_precompile_headers(${name} PRIVATE <gtest/gtest.h>)
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES TIMEOUT 300)
endfunction()

# trading_deep_templates(FILE...): sources whose templates (Beast's) take GCC ten minutes at -O2 under the address sanitizer;
# the sanitizers' builds take them at -O1, without the target's precompiled header, which was made at -O2.
function(trading_deep_templates)
  if(TRADING_MCP_SANITIZE)
    set_source_files_properties(${ARGN} PROPERTIES COMPILE_OPTIONS "-O1" SKIP_PRECOMPILE_HEADERS ON)
  endif()
endfunction()
