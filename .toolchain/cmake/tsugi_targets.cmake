# Flags shared by every target, and the functions that declare libraries and tests.

add_library(tsugi_flags INTERFACE)
target_compile_features(tsugi_flags INTERFACE cxx_std_20)
target_include_directories(tsugi_flags INTERFACE "${PROJECT_SOURCE_DIR}")
target_compile_options(tsugi_flags INTERFACE -Wall -Wextra -Wshadow
                                             $<$<COMPILE_LANGUAGE:CXX>:-Wnon-virtual-dtor>
                                             $<$<BOOL:${TSUGI_WERROR}>:-Werror>)
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

# What runs on a device is compiled without exceptions or RTTI; `native` needs both for LibTorch.
# Hidden: a library made of it exports what native/c_api/tsugi.h marks.
add_library(tsugi_engine_flags INTERFACE)
target_link_libraries(tsugi_engine_flags INTERFACE tsugi_flags)
target_compile_options(tsugi_engine_flags INTERFACE -fno-exceptions -fno-rtti -fvisibility=hidden
                                                    -ffunction-sections -fdata-sections)

# tsugi_add_library(NAME name SOURCES … [ENGINE] [LINK public libraries] [LINK_PRIVATE libraries])
function(tsugi_add_library)
  cmake_parse_arguments(ARG "ENGINE" "NAME" "SOURCES;LINK;LINK_PRIVATE" ${ARGN})
  add_library(${ARG_NAME} STATIC ${ARG_SOURCES})
  add_library(tsugi::${ARG_NAME} ALIAS ${ARG_NAME})
  target_link_libraries(${ARG_NAME} PUBLIC tsugi_flags ${ARG_LINK}
                                    PRIVATE ${ARG_LINK_PRIVATE} $<$<BOOL:${ARG_ENGINE}>:tsugi_engine_flags>)
  set_target_properties(${ARG_NAME} PROPERTIES POSITION_INDEPENDENT_CODE ${TSUGI_POSITION_INDEPENDENT})
  if(EMSCRIPTEN)  # its compiler takes a second to start
    set_target_properties(${ARG_NAME} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 8)
  endif()
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

# tsugi_add_test(NAME name SOURCES … LINK libraries LABELS unit|parity|golden|format|fuzz|rules|e2e)
function(tsugi_add_test)
  cmake_parse_arguments(ARG "" "NAME;TIMEOUT" "SOURCES;LINK;LABELS" ${ARGN})
  if(NOT ARG_LABELS)
    message(FATAL_ERROR "test ${ARG_NAME} has no LABELS")
  endif()
  add_executable(${ARG_NAME} ${ARG_SOURCES})
  target_link_libraries(${ARG_NAME} PRIVATE tsugi_flags ${ARG_LINK} $<TARGET_NAME_IF_EXISTS:GTest::gmock> GTest::gtest_main)
  target_compile_definitions(${ARG_NAME} PRIVATE TSUGI_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  add_test(NAME ${ARG_NAME} COMMAND ${ARG_NAME})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 120)
  endif()
  set_tests_properties(${ARG_NAME} PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT ${ARG_TIMEOUT})
endfunction()
