# Flags shared by every target, and the functions that declare libraries and tests.

add_library(tsugi_flags INTERFACE)
target_compile_features(tsugi_flags INTERFACE cxx_std_20)
target_include_directories(tsugi_flags INTERFACE "${PROJECT_SOURCE_DIR}")
target_compile_options(tsugi_flags INTERFACE -Wall -Wextra -Wshadow
                                             $<$<COMPILE_LANGUAGE:CXX>:-Wnon-virtual-dtor>
                                             $<$<BOOL:${TSUGI_WERROR}>:-Werror>)
if(CMAKE_UNITY_BUILD AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC takes the sources of a unit for headers, whose unnamed namespaces must not reach their classes.
  target_compile_options(tsugi_flags INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-Wno-subobject-linkage>)
endif()
set(TSUGI_POSITION_INDEPENDENT ON)
if(EMSCRIPTEN)
  set(TSUGI_POSITION_INDEPENDENT OFF)  # it would send every address through a table
  # No contraction: SIMD128 and relaxed builds round alike.
  target_compile_options(tsugi_flags INTERFACE -msimd128 -ffp-contract=off
                                               $<$<BOOL:${TSUGI_RELAXED_SIMD}>:-mrelaxed-simd>)
endif()
if(TSUGI_SANITIZE)
  # no vptr check: the engine has no RTTI, which that check reads
  target_compile_options(tsugi_flags INTERFACE -fsanitize=${TSUGI_SANITIZE} -fno-sanitize=vptr
                                               -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(tsugi_flags INTERFACE -fsanitize=${TSUGI_SANITIZE})
  target_compile_definitions(tsugi_flags INTERFACE TSUGI_CHECKED=1)
endif()
target_compile_definitions(tsugi_flags INTERFACE $<$<CONFIG:Debug>:TSUGI_CHECKED=1>)

# What runs on a device throws nothing itself and is compiled without RTTI; `native` needs both for
# LibTorch. An allocation that fails throws std::bad_alloc, which native/c_api catches.
# Hidden: a library made of it exports what native/c_api/tsugi.h marks.
set(engine_exceptions -fexceptions)
if(EMSCRIPTEN)
  set(engine_exceptions -fno-exceptions)
endif()
add_library(tsugi_engine_flags INTERFACE)
target_link_libraries(tsugi_engine_flags INTERFACE tsugi_flags)
target_compile_options(tsugi_engine_flags INTERFACE ${engine_exceptions} -fno-rtti -fvisibility=hidden
                                                    -ffunction-sections -fdata-sections)

# tsugi_add_library(NAME name SOURCES … [FOLDER of the sources] [ENGINE] [LINK public libraries]
#   [LINK_PRIVATE libraries])
function(tsugi_add_library)
  cmake_parse_arguments(ARG "ENGINE" "NAME;FOLDER" "SOURCES;LINK;LINK_PRIVATE" ${ARGN})
  if(ARG_FOLDER)
    list(TRANSFORM ARG_SOURCES PREPEND "${ARG_FOLDER}/")
  endif()
  add_library(${ARG_NAME} STATIC ${ARG_SOURCES})
  add_library(tsugi::${ARG_NAME} ALIAS ${ARG_NAME})
  target_link_libraries(${ARG_NAME} PUBLIC tsugi_flags ${ARG_LINK}
                                    PRIVATE ${ARG_LINK_PRIVATE} $<$<BOOL:${ARG_ENGINE}>:tsugi_engine_flags>)
  set_target_properties(${ARG_NAME} PROPERTIES POSITION_INDEPENDENT_CODE ${TSUGI_POSITION_INDEPENDENT})
endfunction()

# Libraries that run when a model is loaded or a call is checked, never in a loop over items. A browser
# compiles them before the first list appears: there, small is fast.
function(tsugi_prefer_small_code)
  if(EMSCRIPTEN)
    foreach(library ${ARGN})
      target_compile_options(${library} PRIVATE -Oz)
    endforeach()
  endif()
endfunction()

# tsugi_add_test(NAME name SOURCES … LINK libraries LABELS unit|parity|golden|format|fuzz|rules|e2e …)
# Two further labels choose tiers (.toolchain/verb_test.sh): `untrusted` runs in the quick tier under
# sanitizers too, `full` runs in the full tier only.
add_custom_target(tsugi_untrusted_tests)
function(tsugi_add_test)
  cmake_parse_arguments(ARG "" "NAME;TIMEOUT" "SOURCES;LINK;LABELS" ${ARGN})
  if(NOT ARG_LABELS)
    message(FATAL_ERROR "test ${ARG_NAME} has no LABELS")
  endif()
  add_executable(${ARG_NAME} ${ARG_SOURCES})
  set_target_properties(${ARG_NAME} PROPERTIES UNITY_BUILD OFF)
  target_link_libraries(${ARG_NAME} PRIVATE tsugi_flags ${ARG_LINK} $<TARGET_NAME_IF_EXISTS:GTest::gmock> GTest::gtest_main)
  target_compile_definitions(${ARG_NAME} PRIVATE TSUGI_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  # One precompiled GoogleTest for all, which otherwise is half of the time of a test's source; those of
  # the trainer precompile LibTorch instead.
  if(NOT TARGET tsugi_test_headers)
    file(CONFIGURE OUTPUT "${PROJECT_BINARY_DIR}/test_headers.cc" CONTENT "")
    add_library(tsugi_test_headers OBJECT "${PROJECT_BINARY_DIR}/test_headers.cc")
    target_link_libraries(tsugi_test_headers PRIVATE tsugi_flags $<TARGET_NAME_IF_EXISTS:GTest::gmock> GTest::gtest)
    target_precompile_headers(tsugi_test_headers PRIVATE <gtest/gtest.h> <gmock/gmock.h> <string> <vector>)
  endif()
  if(NOT "tsugi_train" IN_LIST ARG_LINK)
    target_precompile_headers(${ARG_NAME} REUSE_FROM tsugi_test_headers)
  endif()
  add_test(NAME ${ARG_NAME} COMMAND ${ARG_NAME})
  if("untrusted" IN_LIST ARG_LABELS)
    add_dependencies(tsugi_untrusted_tests ${ARG_NAME})
  endif()
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 120)
  endif()
  set_tests_properties(${ARG_NAME} PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT ${ARG_TIMEOUT})
endfunction()
