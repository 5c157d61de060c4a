# XNNPACK::XNNPACK for WebAssembly: fetched when configured, built once per user (half a minute)
# into the cache directory, under a name that holds versions, flags and recipe.
# -DTSUGI_XNNPACK_SOURCE=FOLDER takes XNNPACK from a checkout instead; it must have the folder layout
# of 2024-11 (cmake/gen/*_microkernels.cmake, src/operators, src/configs).
set(TSUGI_XNNPACK_SOURCE "" CACHE PATH "XNNPACK checkout to use instead of Debian's source archive")
set(recipe "${CMAKE_CURRENT_LIST_DIR}")
if(DEFINED ENV{TSUGI_CACHE})
  set(user_cache "$ENV{TSUGI_CACHE}")
elseif(DEFINED ENV{XDG_CACHE_HOME})
  set(user_cache "$ENV{XDG_CACHE_HOME}/tsugi")
else()
  set(user_cache "$ENV{HOME}/.cache/tsugi")
endif()

execute_process(COMMAND "${recipe}/fetch_sources.sh" "${user_cache}/sources"
  OUTPUT_VARIABLE folders OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
string(REPLACE "\n" ";" folders "${folders}")
if(TSUGI_XNNPACK_SOURCE)
  list(POP_FRONT folders)
  list(PREPEND folders "${TSUGI_XNNPACK_SOURCE}")
endif()
list(GET folders 0 xnnpack_source)
list(GET folders 1 pthreadpool_source)

file(READ "${recipe}/CMakeLists.txt" recipe_text)
file(READ "${recipe}/plain_packing.c" packing_text)
string(SHA256 key "${recipe_text};${packing_text};${folders};${CMAKE_CXX_COMPILER_VERSION};${TSUGI_RELAXED_SIMD}")
string(SUBSTRING "${key}" 0 12 key)
set(library_folder "${user_cache}/xnnpack-wasm/${key}")
set(library "${library_folder}/libxnnpack.a")
add_custom_command(OUTPUT "${library}"
  COMMAND "${recipe}/build_library.sh" "${library_folder}" "$<BOOL:${TSUGI_RELAXED_SIMD}>" ${folders}
  COMMENT "XNNPACK for WebAssembly (once per user)"
  VERBATIM)
add_custom_target(tsugi_xnnpack_library DEPENDS "${library}")

if(NOT TARGET XNNPACK::XNNPACK)
  add_library(XNNPACK::XNNPACK INTERFACE IMPORTED GLOBAL)
  add_dependencies(XNNPACK::XNNPACK tsugi_xnnpack_library)
  target_include_directories(XNNPACK::XNNPACK SYSTEM INTERFACE
    "${xnnpack_source}/include" "${pthreadpool_source}/include")
  target_link_libraries(XNNPACK::XNNPACK INTERFACE "${library}")
endif()
